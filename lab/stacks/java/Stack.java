// Says what JAIN-SIP (NIST) makes of the response on standard input.
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

public class Stack {
    public static void main(String[] args) throws Exception {
        byte[] octets = System.in.readAllBytes();
        PrintStream out = System.out;
        System.setOut(System.err); // Its log.
        String verdict = "reject";
        try {
            SIPMessage message = new StringMsgParser().parseSIPMessage(octets);
            if (message instanceof SIPResponse response) {
                String phrase = response.getReasonPhrase();
                byte[] read = phrase == null ? new byte[0] : phrase.getBytes(StandardCharsets.UTF_8);
                verdict = "accept:" + response.getStatusCode() + ":" + HexFormat.of().formatHex(read);
            } else if (message != null) {
                verdict = "request";
            }
        } catch (Exception refused) {
            // As its message processor does, which drops what the parser throws at.
        }
        out.println(verdict);
    }
}
