// SPDX-License-Identifier: Apache-2.0
// What Java's two readers of ZIP see in each file that is named on standard input: by the directory (ZipFile), and from the front (ZipInputStream).
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

class ZipJudge {
  static void show(String reader, ZipEntry entry, InputStream content) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.readAllBytes());
    String name = Base64.getEncoder().encodeToString(entry.getName().getBytes(StandardCharsets.UTF_8));
    System.out.println(reader + " " + name + " " + HexFormat.of().formatHex(hash));
  }

  static void byDirectory(String path) throws Exception {
    try (ZipFile zip = new ZipFile(path)) {
      for (ZipEntry entry : Collections.list(zip.entries())) show("directory", entry, zip.getInputStream(entry));
    }
  }

  static void fromTheFront(String path) throws Exception {
    try (ZipInputStream zip = new ZipInputStream(new FileInputStream(path))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) show("front", entry, zip);
    }
  }

  public static void main(String[] unused) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String path = in.readLine(); path != null; path = in.readLine()) {
      try { byDirectory(path); } catch (Exception e) { System.out.println("directory-error " + e.getMessage()); }
      try { fromTheFront(path); } catch (Exception e) { System.out.println("front-error " + e.getMessage()); }
      System.out.println("end");
    }
  }
}
