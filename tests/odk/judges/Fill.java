import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.transport.payload.ByteArrayPayload;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

/**
 * JavaRosa fills in a form as Collect lets an officer do it, question by question, and writes the submission.
 *
 * Use: FORM FOLDER-OF-LISTS ANSWERS SUBMISSION. Each line of ANSWERS is "name=answer" for the next question of that
 * name, or "+name" for one more turn of that repeat; questions in between stay open. Ends with 1 and a sentence when
 * the form refuses
 * an answer, when a choice is not offered, or when a line was never asked for.
 */
class Fill {
    public static void main(String[] words) throws Exception {
        new XFormsModule().registerModule();
        ReferenceManager.instance().addReferenceFactory(lists(new File(words[1])));
        FormDef form;
        try (InputStream file = new FileInputStream(words[0])) {
            form = XFormUtils.getFormFromInputStream(file);
        }
        form.initialize(true, new InstanceInitializationFactory());
        Deque<String> answers = new ArrayDeque<>(Files.readAllLines(Path.of(words[2])));
        FormEntryController entry = new FormEntryController(new FormEntryModel(form));
        walk(entry, answers);
        if (!answers.isEmpty()) fail("never asked: " + answers.peek());
        entry.finalizeFormEntry();
        form.postProcessInstance();
        XFormSerializingVisitor visitor = new XFormSerializingVisitor();
        ByteArrayPayload sent = (ByteArrayPayload) visitor.createSerializedPayload(form.getInstance());
        try (InputStream content = sent.getPayloadStream()) {
            Files.write(Path.of(words[3]), content.readAllBytes());
        }
    }

    static void walk(FormEntryController entry, Deque<String> answers) {
        for (int event = entry.stepToNextEvent();
                event != FormEntryController.EVENT_END_OF_FORM;
                event = entry.stepToNextEvent()) {
            String next = answers.isEmpty() ? "" : answers.peek();
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
                if (next.equals("+" + name(entry))) {
                    answers.pop();
                    entry.newRepeat();
                }
            } else if (event == FormEntryController.EVENT_QUESTION) {
                answer(entry, answers, next);
            }
        }
    }

    static void answer(FormEntryController entry, Deque<String> answers, String next) {
        FormEntryPrompt prompt = entry.getModel().getQuestionPrompt();
        IAnswerData given = prompt.getAnswerValue();
        if (next.startsWith(name(entry) + "=")) {
            given = data(prompt, answers.pop().substring(next.indexOf('=') + 1));
        }
        int result = entry.answerQuestion(given, true);
        if (result == FormEntryController.ANSWER_CONSTRAINT_VIOLATED) fail("refused: " + next);
        if (result == FormEntryController.ANSWER_REQUIRED_BUT_EMPTY) fail("left open but required: " + name(entry));
    }

    static String name(FormEntryController entry) {
        return entry.getModel().getFormIndex().getReference().getNameLast();
    }

    static IAnswerData data(FormEntryPrompt prompt, String text) {
        if (prompt.getControlType() == Constants.CONTROL_SELECT_ONE) {
            for (SelectChoice choice : prompt.getSelectChoices()) {
                if (choice.getValue().equals(text)) return new SelectOneData(new Selection(choice));
            }
            fail("not offered: " + text);
        }
        return switch (prompt.getDataType()) {
            case Constants.DATATYPE_INTEGER -> new IntegerData(Integer.parseInt(text));
            case Constants.DATATYPE_DATE -> new DateData((Date) DateUtils.parseDate(text));
            default -> new StringData(text);
        };
    }

    static void fail(String why) {
        System.err.println(why);
        System.exit(1);
    }

    /** jr://file-csv/NAME is a file of the folder. */
    static PrefixedRootFactory lists(File folder) {
        return new PrefixedRootFactory(new String[] {"file-csv"}) {
            @Override
            protected Reference factory(String terminal, String address) {
                File file = new File(folder, terminal);
                return new Reference() {
                    public boolean doesBinaryExist() { return file.exists(); }
                    public InputStream getStream() throws java.io.IOException { return new FileInputStream(file); }
                    public String getURI() { return address; }
                    public String getLocalURI() { return file.getPath(); }
                    public boolean isReadOnly() { return true; }
                    public OutputStream getOutputStream() { throw new UnsupportedOperationException(); }
                    public void remove() { throw new UnsupportedOperationException(); }
                    public Reference[] probeAlternativeReferences() { return new Reference[0]; }
                };
            }
        };
    }
}
