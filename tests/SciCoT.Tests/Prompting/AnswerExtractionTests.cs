using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

public class AnswerExtractionTests
{
    private static readonly ScienceQuestion Metals = ScienceQuestion.Create("Which conducts electricity best?", "rubber", "copper", "dry wood", "a glass rod");

    private static readonly ScienceQuestion Numbered = new("n", "How long is the shadow?", [new("1", "2 meters"), new("2", "3 meters"), new("3", "4 meters"), new("4", "4")]);

    private static readonly ScienceQuestion Iron = ScienceQuestion.Create("What is the nail made of?", "iron", "iron oxide", "A metal that Iron Age smiths knew", "zinc");

    private static readonly ScienceQuestion Open = ScienceQuestion.Create("What pulls the apple down?");

    [Theory]
    [InlineData("Metals conduct.\nSo the answer is (B).", "B")]
    [InlineData("Metals conduct. So the answer is (b)", "B")]
    [InlineData("Metals conduct.\nAnswer: B", "B")]
    [InlineData("Metals conduct.\n**Answer:** B", "B")]
    [InlineData("Metals conduct.\n**Final answer: (B) copper**", "B")]
    [InlineData("Metals conduct.\nThe correct answer is B. copper", "B")]
    [InlineData("Metals conduct.\nTherefore, the correct choice is option B.", "B")]
    [InlineData("The answer is (B) because metals conduct.", "B")]
    [InlineData("Copper is a metal, so the answer is [B].", "B")]
    [InlineData("Since metals conduct, the answer is \"B\".", "B")]
    [InlineData("This means that the answer is 'B'.", "B")]
    [InlineData("We conclude that the answer is:\n(B)", "B")]
    [InlineData("Metals conduct. The final answer is $\\boxed{B}$.", "B")]
    [InlineData("Metals conduct. The answer is \\boxed{\\text{B}}", "B")]
    [InlineData("Metals conduct. The answer is copper.", "B")]
    [InlineData("Metals conduct. The answer is the Copper, since it is a metal.", "B")]
    [InlineData("Metals conduct. The answer is glass rod.", "D")]
    [InlineData("Metals conduct. (B) copper is the correct answer.", "B")]
    [InlineData("Metals conduct. Therefore B is correct.", "B")]
    [InlineData("Metals conduct.\n\n(B)", "B")]
    [InlineData("Metals conduct.\nB) copper", "B")]
    [InlineData("So the answer is (B).\nMetals conduct, (A) does not.\nSo the answer is (B).", "B")]
    [InlineData("One might think the answer is (A), because rubber bends. But the answer is (B).", "B")]
    [InlineData("If rubber were a metal, the answer would be (A). It is not. The answer is (B).", "B")]
    [InlineData("The answer is not (A). The answer is (B), not (C).", "B")]
    [InlineData("Is the answer (A)? No: rubber insulates. The answer is (B).", "B")]
    [InlineData("<think>Maybe the answer is (A).</think>Metals conduct. The answer is (B).", "B")]
    public void Read_StatedOnce_IsTheAnswer(string reply, string expected) =>
        Assert.Equal(expected, AnswerExtraction.Read(Metals, reply).AnswerLabel);

    [Theory]
    [InlineData("")]
    [InlineData("Metals conduct electricity.")]
    [InlineData("Copper conducts.")]
    [InlineData("The answer is (A) or (B).")]
    [InlineData("The answer is either copper or rubber.")]
    [InlineData("The answer is (B), (C).")]
    [InlineData("The answer is (B) and (C).")]
    [InlineData("The answer is B/C.")]
    [InlineData("The answer is (B) copper or (A) rubber.")]
    [InlineData("The answer is (B) if it is dry, otherwise (C).")]
    [InlineData("The answer is (A) copper.")]
    [InlineData("Answer: A. copper")]
    [InlineData("The answer is (E).")]
    [InlineData("The answer is (1).")]
    [InlineData("The answer is (A). On reflection: the answer is (B).")]
    [InlineData("Answer: A\nAnswer: B")]
    [InlineData("The answer is unclear.")]
    [InlineData("The answer is not (A).")]
    [InlineData("The answer is a plant.")]
    [InlineData("The answer is copper wire.")]
    [InlineData("If it is wet, the answer is (C).")]
    [InlineData("Some people would say that the answer is (A).")]
    [InlineData("(A) rubber bends.\n(B) copper")]
    [InlineData("A\nB")]
    [InlineData("<think>The answer is (B).")]
    [InlineData("I cannot answer this. Is the answer (B)?")]
    public void Read_NotCertain_IsNone(string reply) =>
        Assert.Null(AnswerExtraction.Read(Metals, reply).AnswerLabel);

    [Theory]
    [InlineData("The answer is (3).", "3")]
    [InlineData("The answer is 2.", "2")]
    [InlineData("Answer: 3", "3")]
    [InlineData("The answer is 3 meters.", "2")]
    [InlineData("The answer is 2 meters.", "1")]
    [InlineData("The answer is 4.", "4")]
    [InlineData("The answer is 3.5 meters.", null)]
    [InlineData("The answer is (3) 3 meters.", null)]
    [InlineData("The answer is (2) 3 meters.", "2")]
    [InlineData("The answer is B.", "2")]
    [InlineData("The answer is (c).", "3")]
    [InlineData("The answer is E.", null)]
    public void Read_NumberedChoices_LabelsAndQuantitiesAreToldApart(string reply, string? expected) =>
        Assert.Equal(expected, AnswerExtraction.Read(Numbered, reply).AnswerLabel);

    [Theory]
    [InlineData("The answer is iron oxide.", "B")]
    [InlineData("The answer is iron.", "A")]
    [InlineData("The answer is a metal that Iron Age smiths knew.", "C")]
    [InlineData("The answer is A.", "A")]
    [InlineData("The answer is A metal that Iron Age smiths knew.", "C")]
    public void Read_TextsThatBeginAlike_TheLongestCounts(string reply, string expected) =>
        Assert.Equal(expected, AnswerExtraction.Read(Iron, reply).AnswerLabel);

    [Fact]
    public void Read_OneTextTwice_NeedsTheLabel()
    {
        var question = ScienceQuestion.Create("Where is the sun?", "sky", "sea", "sky");

        Assert.Null(AnswerExtraction.Read(question, "The answer is sky.").AnswerLabel);
        Assert.Equal("C", AnswerExtraction.Read(question, "The answer is (C) sky.").AnswerLabel);
    }

    [Theory]
    [InlineData("All masses attract each other.\nSo the answer is: gravity.", "gravity")]
    [InlineData("The answer is gravity. It acts on all masses.", "gravity")]
    [InlineData("Answer: 3.5 m", "3.5 m")]
    [InlineData("The answer is gravity.\nThe answer is Gravity.", "gravity")]
    [InlineData("The answer is gravity.\nThe answer is magnetism.", null)]
    [InlineData("The answer is either gravity or magnetism.", null)]
    [InlineData("The answer is not known.", null)]
    [InlineData("All masses attract each other.", null)]
    public void Read_OpenQuestion_IsTheStatedText(string reply, string? expected) =>
        Assert.Equal(expected, AnswerExtraction.Read(Open, reply).AnswerLabel);

    [Theory]
    [InlineData("Metals conduct.\nSo the answer is (B).", "Metals conduct.")]
    [InlineData("Copper is a metal, so the answer is (B).", "Copper is a metal.")]
    [InlineData("The answer is (B). Metals conduct.", "Metals conduct.")]
    [InlineData("**Metals** conduct.\n\n**Answer: (B) copper.**", "Metals conduct.")]
    [InlineData("Metals conduct.\n(B)", "Metals conduct.")]
    [InlineData("The answer is (B) because metals conduct.", "The answer is (B) because metals conduct.")]
    [InlineData("Metals conduct.", "Metals conduct.")]
    [InlineData("<think>Hm.</think>\nMetals conduct.", "Metals conduct.")]
    [InlineData("The answer is (B).", "")]
    public void Read_Rationale_IsWithoutTheStatement(string reply, string expected) =>
        Assert.Equal(expected, AnswerExtraction.Read(Metals, reply).Rationale);

    [Theory]
    [InlineData("(B)", "B")]
    [InlineData("B", "B")]
    [InlineData("B.", "B")]
    [InlineData("copper", "B")]
    [InlineData("(B) copper", "B")]
    [InlineData("The answer is (B).", "B")]
    [InlineData("(A) copper", null)]
    [InlineData("B or C", null)]
    [InlineData("It depends.", null)]
    [InlineData("", null)]
    public void ReadDecision_OfChoices_IsTheLabel(string reply, string? expected) =>
        Assert.Equal(expected, AnswerExtraction.ReadDecision(Metals, reply));

    [Fact]
    public void ReadDecision_OpenQuestion_IsTheLine()
    {
        Assert.Equal("gravity", AnswerExtraction.ReadDecision(Open, "gravity."));
        Assert.Null(AnswerExtraction.ReadDecision(Open, " "));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(50_000)]
    public void Read_LongOrHostileText_EndsSoon(int length)
    {
        foreach (var piece in new[] { "the answer is ", "so ", "(A) ", "A is ", "**", "option A ", "\n" })
        {
            var text = string.Concat(Enumerable.Repeat(piece, length / piece.Length));
            Assert.True(AnswerExtraction.Read(Metals, text).Rationale.Length <= text.Length);
        }
    }
}
