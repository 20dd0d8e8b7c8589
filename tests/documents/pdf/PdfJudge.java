// SPDX-License-Identifier: Apache-2.0
// PDFBox and BouncyCastle as judge and as another signer:  verify FILE  |  sign FILE OUT KEY.p8 CERT.der
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.*;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.util.Store;

public class PdfJudge {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("verify")) verify(Files.readAllBytes(Paths.get(args[1])));
        else sign(args[1], args[2], args[3], args[4]);
    }

    @SuppressWarnings("unchecked")
    static void verify(byte[] file) throws Exception {
        boolean good = true;
        try (PDDocument document = PDDocument.load(file)) {
            List<PDSignature> signatures = document.getSignatureDictionaries();
            System.out.println("pages " + document.getNumberOfPages() + " signatures " + signatures.size());
            for (PDSignature signature : signatures) {
                CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(signature.getSignedContent(file)), signature.getContents(file));
                SignerInformation signer = cms.getSignerInfos().getSigners().iterator().next();
                X509CertificateHolder holder = (X509CertificateHolder) cms.getCertificates().getMatches(signer.getSID()).iterator().next();
                boolean fits = signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(holder));
                good = good && fits;
                int[] range = signature.getByteRange();
                String kind = signature.getSubFilter();
                System.out.println("signature " + fits + " " + kind + " covers " + (range[2] + range[3]) + " of " + file.length + " name " + signature.getName()
                    + " reason " + signature.getReason() + " attributes " + signer.getSignedAttributes().size()
                    + " stamped " + (signer.getUnsignedAttributes() != null));
            }
            good = good && !signatures.isEmpty();
        }
        System.exit(good ? 0 : 1);
    }

    static void sign(String in, String out, String keyFile, String certificateFile) throws Exception {
        PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Paths.get(keyFile))));
        X509Certificate certificate;
        try (InputStream stream = new FileInputStream(certificateFile)) {
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        }
        PDSignature signature = new PDSignature();
        signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
        signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
        signature.setName("PDFBox");
        signature.setSignDate(Calendar.getInstance());
        try (PDDocument document = PDDocument.load(new File(in)); OutputStream stream = new FileOutputStream(out)) {
            document.addSignature(signature, content -> {
                try {
                    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
                    generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                        .build(new JcaContentSignerBuilder("SHA256withRSA").build(key), certificate));
                    generator.addCertificates(new JcaCertStore(List.of(certificate)));
                    return generator.generate(new CMSProcessableByteArray(content.readAllBytes()), false).getEncoded();
                } catch (GeneralSecurityException | CMSException | org.bouncycastle.operator.OperatorCreationException e) {
                    throw new IOException(e);
                }
            });
            document.saveIncremental(stream);
        }
    }
}
