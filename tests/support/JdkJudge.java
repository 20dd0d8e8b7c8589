// SPDX-License-Identifier: Apache-2.0
// Lines of words between tabs on the standard input.  verify FILE FOLDER [IDATTRIBUTE ...]: javax.xml.crypto.dsig on every signature of the file, against the key of the first certificate beside it.
// Prints "core=true references=true,true" a signature, then "end 0" when all are good.  sign KEY.p8 CERT.der IN OUT FORM: FORM is enveloped, exclusive, enveloping, detached or sha1.
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.*;
import java.util.*;
import javax.xml.crypto.*;
import javax.xml.crypto.dom.*;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.*;
import javax.xml.crypto.dsig.keyinfo.*;
import javax.xml.crypto.dsig.spec.*;
import javax.xml.parsers.*;
import javax.xml.transform.*;
import javax.xml.transform.dom.*;
import javax.xml.transform.stream.*;
import org.w3c.dom.*;

public class JdkJudge {
  static final XMLSignatureFactory FACTORY = XMLSignatureFactory.getInstance("DOM");

  public static void main(String[] none) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      boolean good = false;
      try {
        String[] a = line.split("\t");
        good = a[0].equals("verify") ? verify(a) : sign(a);
      } catch (Exception e) {
        System.out.println(e);
      }
      System.out.println("end " + (good ? 0 : 1));
    }
  }

  static Document parse(String file) throws Exception {
    DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
    f.setNamespaceAware(true);
    return f.newDocumentBuilder().parse(new File(file));
  }

  static void markIds(Node node, List<String> names) {
    if (node instanceof Element e) {
      for (String name : names) if (e.hasAttribute(name)) e.setIdAttribute(name, true);
    }
    for (Node c = node.getFirstChild(); c != null; c = c.getNextSibling()) markIds(c, names);
  }

  static boolean verify(String[] a) throws Exception {
    Document document = parse(a[1]);
    List<String> names = new ArrayList<>(List.of("Id"));
    names.addAll(Arrays.asList(a).subList(3, a.length));
    markIds(document.getDocumentElement(), names);
    NodeList all = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
    boolean good = all.getLength() > 0;
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      String der = element.getElementsByTagNameNS(XMLSignature.XMLNS, "X509Certificate").item(0).getTextContent();
      X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(Base64.getMimeDecoder().decode(der)));
      DOMValidateContext context = new DOMValidateContext(certificate.getPublicKey(), element);
      context.setProperty("org.jcp.xml.dsig.secureValidation", false);   // else no references to files
      context.setBaseURI(Paths.get(a[2]).toUri().toString());
      XMLSignature signature = FACTORY.unmarshalXMLSignature(context);
      boolean core = signature.getSignatureValue().validate(context);
      List<String> references = new ArrayList<>();
      for (Object r : signature.getSignedInfo().getReferences()) {
        boolean one = ((Reference) r).validate(context);
        references.add(String.valueOf(one));
        core &= one;
      }
      good &= core;
      System.out.println("core=" + core + " references=" + String.join(",", references));
    }
    return good;
  }

  static Transform transform(String uri) throws Exception { return FACTORY.newTransform(uri, (TransformParameterSpec) null); }

  static boolean sign(String[] a) throws Exception {
    String form = a[5];
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Paths.get(a[1]))));
    X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(a[2]));
    KeyInfoFactory keys = FACTORY.getKeyInfoFactory();
    KeyInfo info = keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate))));
    String c14n = form.equals("exclusive") ? CanonicalizationMethod.EXCLUSIVE : CanonicalizationMethod.INCLUSIVE;
    DigestMethod digest = FACTORY.newDigestMethod(form.equals("sha1") ? DigestMethod.SHA1 : DigestMethod.SHA256, null);
    boolean enveloping = form.equals("enveloping"), detached = form.equals("detached");
    List<Transform> transforms = enveloping || detached ? List.of() : List.of(transform(Transform.ENVELOPED), transform(c14n));
    String uri = enveloping ? "#content" : detached ? Paths.get(a[3]).getFileName().toString() : "";
    Document document = detached || enveloping ? DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument() : parse(a[3]);
    List<XMLObject> objects = enveloping
        ? List.of(FACTORY.newXMLObject(List.of(new DOMStructure(document.importNode(parse(a[3]).getDocumentElement(), true))), "content", null, null)) : null;
    SignedInfo signed = FACTORY.newSignedInfo(FACTORY.newCanonicalizationMethod(c14n, (C14NMethodParameterSpec) null),
        FACTORY.newSignatureMethod(form.equals("sha1") ? SignatureMethod.RSA_SHA1 : "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", null),
        List.of(FACTORY.newReference(uri, digest, transforms, null, null)));
    DOMSignContext context = new DOMSignContext(key, enveloping || detached ? document : document.getDocumentElement());
    context.setProperty("org.jcp.xml.dsig.secureValidation", false);
    context.setBaseURI(Paths.get(a[3]).toAbsolutePath().getParent().toUri().toString());
    FACTORY.newXMLSignature(signed, info, objects, null, null).sign(context);
    TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(new File(a[4])));
    return true;
  }
}
