using SciCoT.Prompting;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Prompting;

/// <summary>JSON as models write it.</summary>
public class JsonReplyTests
{
    private const string Said = "Ice keeps its own shape and volume.";

    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which keeps its own shape?", "ice", "steam");
    private static readonly TeacherPrompt Prompt = TeacherPrompt.ZeroShot with { Form = TeacherReplyForm.Json };

    [Theory]
    [InlineData("```json\n{\"rationale\": \"" + Said + "\", \"answer\": \"A\"}\n```")]
    [InlineData("<think>\nhmm {B}\n</think>\n{\"rationale\": \"" + Said + "\", \"answer\": \"A\"}")]
    [InlineData("<|channel|>analysis<|message|>{\"answer\": \"B\"}<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{\"rationale\": \"" + Said + "\", \"answer\": \"A\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": \"A\"}<|im_end|>")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": \"A) ice\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": \"A\",}")]
    [InlineData("{\"rationale\": [\"" + Said + "\",], \"answer\": [\"A\"],}")]
    [InlineData("[{\"rationale\": \"" + Said + "\", \"answer\": \"A\"}]")]
    [InlineData("{'rationale': '" + Said + "', 'answer': 'A'}")]
    [InlineData("{“rationale”: “" + Said + "”, “answer”: “A”}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": \"A\", \"sure\": True, \"note\": None}")]
    [InlineData("{\"rationale\": \"" + Said + "\", // why\n\"answer\": \"A\"}")]
    [InlineData("{\n  // don't guess: {why}\n  \"rationale\": \"" + Said + "\",\n  // \"B\"?\n  \"answer\": \"A\"\n}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": \"\\boxed{A}\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": {\"label\": \"A\", \"text\": \"ice\"}}")]
    [InlineData("{\"rationale\": \"<think>Hm.</think>" + Said + " So the answer is (A).\", \"answer\": \"A\"}")]
    [InlineData("{\"rationale\": \"Rationale: " + Said + "\", \"answer\": \"（A）\"}")]
    [InlineData("{\"explanation\": \"" + Said + "\", \"final_answer\": \"A\"}")]
    [InlineData("Set {x}: {\"rationale\": \"" + Said + "\", \"answer\": \"A\"}")]
    [InlineData("{rationale: \"" + Said + "\", answer: \"A\"}")]
    [InlineData("{\"result\": {\"rationale\": \"" + Said + "\", \"answer\": \"A\"}}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": \"A\"")]
    [InlineData("{\"rationale\": \"" + Said + "\" \"answer\": \"A\"}")]
    [InlineData("\"{\\\"rationale\\\": \\\"" + Said + "\\\", \\\"answer\\\": \\\"A\\\"}\"")]
    [InlineData("{\"steps\": [\"" + Said + "\"], \"answer\": \"a\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": {\"label\": \"A\", \"text\": \"ice\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": {\"label\": \"A\", \"text\": \"ice\"")]
    [InlineData("{\"rationale\": {\"text\": \"" + Said + "\"}, \"answer\": {\"label\": \"A\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": [\"A\"")]
    [InlineData("{\"result\": {\"rationale\": \"" + Said + "\", \"answer\": \"A\"}")]
    public void Read_UsualSlips_AreMended(string reply) =>
        Assert.Equal(new ExtractedAnswer(Said, "A"), Prompt.ReadExplanation(Question, reply));

    [Theory]
    [InlineData("{\"rationale\": \"Ice keeps its shape.\nSteam\tdoes not.\", \"answer\": \"A\"}", "Ice keeps its shape.\nSteam does not.")]
    [InlineData("{\"rationale\": [\"Ice keeps its shape.\", \"Steam does not.\"], \"answer\": \"A\"}", "Ice keeps its shape.\nSteam does not.")]
    [InlineData("{\"rationale\": [{\"step\": 1, \"text\": \"Ice keeps its shape.\"}, {\"step\": 2, \"text\": \"Steam does not.\"}], \"answer\": \"A\"}", "Ice keeps its shape.\nSteam does not.")]
    [InlineData("""{"rationale": "Half is \frac{1}{2}, \theta = \beta \times \nu, \rho, \( x \) and 5\% of it.", "answer": "A"}""", @"Half is \frac{1}{2}, \theta = \beta \times \nu, \rho, x and 5\% of it.")]
    [InlineData("""{"rationale": "Half is \\frac{1}{2}.\nNot more.\n\nNow ice.", "answer": "A"}""", "Half is \\frac{1}{2}.\nNot more.\n\nNow ice.")]
    [InlineData("""{"rationale": "The \textbf{solid} keeps \u0041 shape \underline{x}.", "answer": "A"}""", @"The solid keeps A shape \underline{x}.")]
    [InlineData("""{"rationale": "The so-called "dry ice" keeps its shape.", "answer": "A"}""", "The so-called \"dry ice\" keeps its shape.")]
    [InlineData("""{"rationale": "It\'s a solid: C:\\x.", "answer": "A"}""", @"It's a solid: C:\x.")]
    public void Read_BackslashesAndBreaks_BecomeNoControlCharacters(string reply, string expected)
    {
        var read = Prompt.ReadExplanation(Question, reply);

        Assert.Equal(new ExtractedAnswer(expected, "A"), read);
        Assert.DoesNotContain(read.Rationale, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void Read_JsonInReplyToATextPrompt_IsRead() =>
        Assert.Equal(new ExtractedAnswer(Said, "A"), TeacherPrompt.ZeroShot.ReadExplanation(Question, "{\"rationale\": \"" + Said + "\", \"answer\": \"A\"}"));

    [Theory]
    [InlineData("{\"rationale\": \"The answer is (B).\", \"answer\": \"A\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": [\"A\", \"B\"]}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": {\"label\": \"A\", \"Label\": \"B\"}}")]
    public void Read_Contradiction_HasNoAnswer(string reply) => Assert.Null(Prompt.ReadExplanation(Question, reply).AnswerLabel);

    private const string Whole = "{\"rationale\": \"" + Said + "\", \"answer\": \"A\"}";

    [Theory]
    [InlineData(Whole + "\n" + Whole)]
    [InlineData(Whole + ",\n" + Whole)]
    [InlineData("{\"step\": 1, \"text\": \"Hm {x}\"}\n" + Whole)]
    [InlineData("{\"rationale\": \"" + Said + "\"}\n{\"answer\": \"A\"}")]
    [InlineData(Said + "\n{\"answer\":\"A\"}")]
    [InlineData("{\"answer\":\"A\"}\n\n" + Said)]
    [InlineData(Said + "\n\n```json\n{\"answer\": \"A\"}\n```")]
    [InlineData(Said + "\n\nMy answer as JSON:\n```json\n{\"answer\": \"A\"}\n```")]
    [InlineData(Said + " Final answer: {\"answer\": \"A\"}")]
    [InlineData(Said + "\nSo the answer is (A).\n{\"answer\": \"A\"}")]
    [InlineData("I reason first: gases spread.\n\nHere is the JSON:\n```json\n" + Whole + "\n```\n\nLet me know if {anything} is unclear.")]
    [InlineData("The set {a, b} is here. " + Whole + " I used {braces}.")]
    [InlineData("{\"thought\":\"" + Said + "\",\"finalAnswer\":\"A\"}")]
    [InlineData("{\"reason\":\"" + Said + "\",\"Correct Option\":\"(A) ice\"}")]
    [InlineData("{\"question\":\"Which?\",\"choices\":[\"ice\",\"steam\"],\"rationale\":\"" + Said + "\",\"answer\":\"A\"}")]
    public void Read_ObjectsAmongOtherText_AreReadByBothForms(string reply)
    {
        Assert.Equal(new ExtractedAnswer(Said, "A"), Prompt.ReadExplanation(Question, reply));
        Assert.Equal(new ExtractedAnswer(Said, "A"), TeacherPrompt.ZeroShot.ReadExplanation(Question, reply));
    }

    [Theory]
    [InlineData(Whole + "\n{\"rationale\": \"" + Said + "\", \"answer\": \"B\"}")]
    [InlineData(Said + "\nSo the answer is (A).\n{\"answer\": \"B\"}")]
    [InlineData("{\"answer\": \"A\"} {\"answer\": \"B\"}")]
    [InlineData("The code {\"a\": 1} is shown. " + Said)]
    [InlineData("{\"rationale\":\"The answer is (B).\",\"answer\":\"A\"}")]
    [InlineData("{\"rationale\": \"" + Said + "\", \"answer\": null}")]
    public void Read_ObjectsThatDisagreeOrSayNothing_HaveNoAnswer(string reply)
    {
        Assert.Null(Prompt.ReadExplanation(Question, reply).AnswerLabel);
        Assert.Null(TeacherPrompt.ZeroShot.ReadExplanation(Question, reply).AnswerLabel);
    }

    [Theory]
    [InlineData("{\"answer\":\"A\"}", "A")]
    [InlineData("```json\n{\"answer\":\"A\"}\n```", "A")]
    [InlineData("{\"answer\":\"A\"} {\"answer\":\"B\"}", null)]
    [InlineData("{\"a\":\"A\"}", null)]
    public void ReadDecision_AsJson_IsTheLabel(string reply, string? expected) => Assert.Equal(expected, Prompt.ReadDecision(Question, reply));

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":{}} ")]
    [InlineData("{\"answer\":\"A\"}{")]
    [InlineData("| Answer | A |\n")]
    [InlineData("no. A ")]
    public void Read_HostileRepetition_TakesTimeByItsLength(string part) =>
        ThreadTime.AssertLinear(Repeated(part, 5_000), Repeated(part, 40_000), text => Prompt.ReadExplanation(Question, text), part);

    private static string Repeated(string part, int length) => string.Concat(Enumerable.Repeat(part, length / part.Length));
}
