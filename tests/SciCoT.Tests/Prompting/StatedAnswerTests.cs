using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

/// <summary>The ways in which models write an answer down; none of them is part of the rationale.</summary>
public class StatedAnswerTests
{
    private const string Said = "Ice keeps its own shape and volume.";

    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which keeps its own shape?", "ice", "steam");
    private static readonly ScienceQuestion Numbered = Question with { Choices = [new("1", "ice"), new("2", "steam")] };
    private static readonly ScienceQuestion Open = ScienceQuestion.Create("What keeps its own shape?");

    public static TheoryData<string> Endings { get; } =
    [
        .. new[]
        {
            @"\boxed{A}", @"$\boxed{A}$", @"$$\boxed{A}$$", @"\[\boxed{A}\]", @"\(\boxed{A}\)", @"$\boxed{(A)}$", @"\boxed{\text{A}}", @"$\boxed{\text{(A) ice}}$",
            @"\boxed{\textbf{A}}", @"\boxed{\mathrm{A}}", @"\boxed{\mathbf{(A)}}", @"\boxed{\textbf{(A)}\ \text{ice}}", @"\boxed{\textbf{(A) }ice}", @"\boxed{\text{A) ice}}",
            @"\boxed{A. ice}", @"\boxed{\text{A. ice}}", @"\boxed{A: ice}", @"\boxed{\text{ice}}", @"\boxed{\text{Option A}}", @"\boxed {A}", @"\boxed A", @"\fbox{A}", @"\framebox{A}",
            @"\\boxed{A}", @"\boxed{\mathrm{(A)\;ice}}", @"\boxed{\left(A\right)}", @"**\boxed{A}**", "\boxed{A}", @"$\boxed{A}$.", @"Thus, $\boxed{A}$.", @"The answer is $\boxed{A}$.",
            @"The answer is \boxed{\text{A}}.", @"Final answer: $\boxed{A}$", @"Answer: \fbox{A}", "<|begin_of_box|>A<|end_of_box|>",
            "<answer>A</answer>", "<answer>\n(A) ice\n</answer>", "<final_answer>A</final_answer>",
            @"The answer is \text{A}.", @"The answer is $A$.", @"The answer is $\mathbf{(A)}$.", @"The answer is \(A\).",
            "**A**", "**(A)**", "**A) ice**", "**A.** ice", "*A*", "__A__", "`A`", "<b>A</b>", "(A)", "A", "A.", "A)", "A) ice", "A. ice", "A: ice", "(A): ice", "[A]", "{A}", "A - ice", "A – ice",
            "Option A", "Option (A)", "Choice A", "option A: ice", "#### A", "#### (A)", "> (A)", "- (A)", "→ (A)", "=> A", "⇒ A", "✅ A",
            "Answer: A", "Answer: (A)", "Answer: (A) ice", "Answer: A) ice", "Answer: A. ice", "Answer: ice", "Answer: **A**", "Answer: \"A\"", "Answer: [A]", "Answer: <A>", "Answer: option A", "Answer - A", "Answer = A",
            "Answer:\nA", "Answer:\n\n(A) ice", "Answer\n(A)", "ANSWER: A", "Ans: A", "Ans. (A)", "**Answer:** (A) ice", "**Answer**: A", "**Answer: A**", "### Answer\nA", "## Final Answer\n\n**(A) ice**",
            "**Final Answer**\n\\boxed{A}", "**Final Answer:** A", "Final answer: (A) ice.", "Final Answer\nThe answer is (A).", "**Correct answer: A) ice**", "Correct: A", "Correct option: A", "Final: A", "Conclusion: A",
            "The answer is (A).", "The answer is A.", "The answer is: A", "The answer is ice.", "The answer is ice (A).", "The answer is (a).", "The answer is A (ice).", "The answer is \"ice\".", "The final answer is A.",
            "The correct answer is option A: ice.", "The correct answer is therefore (A).", "The correct option is A.", "Therefore, the correct choice is (A).", "The best answer is A) ice.", "My answer is A.", "The answer to the question is (A).",
            "So the answer is （A）.", "So the answer is Ａ.", "So the answer is 【A】", "So the answer is Ⓐ.", "So the answer is ⓐ.", "So the answer is 🄐.", "So the answer is 🅰.", "So the answer is 𝐀.", "So the answer is ⒜.",
            "So the answer is (\u200bA\u200b).", "So the answer is\u00a0(A).", "So the answer is\u2009(A).", "Answer：A", "答案：A", "答案：（A）", "答案是A。", "正确答案是 A。", "所以答案是（A）。", "因此，正确答案是A", "故选A。", "故选：A", "答え：A", "정답: A",
            "Antwort: A", "Die richtige Antwort ist (A).", "Respuesta: A", "La respuesta correcta es A.", "Réponse : A", "Risposta: A", "Ответ: A",
            "I choose A.", "I would choose (A).", "I'd say. I select option A.", "So, (A).", "Thus (A).", "Therefore, A.", "Hence, (A) ice.", "So it is (A).", "(A) is correct.", "(A) ice is the correct answer.", "A is the answer.", "Option A is the correct answer.",
        },
    ];

    [Theory]
    [MemberData(nameof(Endings))]
    public void Read_OnALineOfItsOwn_IsTheAnswerAndNoPartOfTheRationale(string ending)
    {
        var read = AnswerExtraction.Read(Question, Said + "\n\n" + ending);

        Assert.Equal("A", read.AnswerLabel);
        Assert.Equal(ending == "I'd say. I select option A." ? Said + "\n\nI'd say." : Said, read.Rationale);
    }

    [Theory]
    [InlineData(@"The answer is $\boxed{A}$.")]
    [InlineData(@"Thus, $\boxed{A}$.")]
    [InlineData(@"$\boxed{\text{A}}$")]
    [InlineData("The answer is ice.")]
    [InlineData("Therefore, the correct choice is (A).")]
    [InlineData("(A)")]
    [InlineData("(A) ice.")]
    [InlineData("**(A)**")]
    [InlineData("答案是（A）。")]
    [InlineData("→ A")]
    [InlineData("Answer: A")]
    [InlineData("**Answer: A**")]
    public void Read_BehindTheLastSentence_IsTheAnswer(string ending) =>
        Assert.Equal(new ExtractedAnswer(Said, "A"), AnswerExtraction.Read(Question, Said + " " + ending));

    [Theory]
    [InlineData("(A) ice\n\n")]
    [InlineData("A\n")]
    [InlineData("**A**\n\n")]
    [InlineData("The answer is (A).\n\n")]
    [InlineData("**Answer:** A\n\n**Explanation:** ")]
    [InlineData("**Answer: A**\n\n### Explanation\n\n")]
    [InlineData(@"\boxed{A}" + "\n")]
    public void Read_BeforeTheRationale_IsTheAnswer(string beginning) =>
        Assert.Equal(new ExtractedAnswer(Said, "A"), AnswerExtraction.Read(Question, beginning + Said));

    [Theory]
    [InlineData("**Rationale:** ")]
    [InlineData("Rationale: ")]
    [InlineData("### Rationale\n")]
    [InlineData("**Explanation:**\n\n")]
    [InlineData("Reasoning: ")]
    [InlineData("## Step-by-step explanation:\n")]
    [InlineData("Solution:\n")]
    [InlineData("<rationale>")]
    [InlineData("Explanation：")]
    [InlineData("Sure! Here is the reasoning:\n\n")]
    [InlineData("Certainly.\n")]
    [InlineData("Okay, let me think about this step by step:\n")]
    [InlineData("Here's my explanation:\n\n**Rationale:** ")]
    public void Read_Headings_AreNoPartOfTheRationale(string heading) =>
        Assert.Equal(new ExtractedAnswer(Said, "A"), AnswerExtraction.Read(Question, heading + Said + "\n\n**Final Answer**\nSo the answer is (A)."));

    [Theory]
    [InlineData("The final answer is $\\boxed{A}$. I hope it is correct.")]
    [InlineData("Final Answer: The final answer is (A)")]
    [InlineData("Final Answer: The final answer is (A). I hope it is correct.")]
    [InlineData("\nAnswer: A\n\nConfidence: 90%")]
    [InlineData("\nAnswer: A\n\nLet me know if you have further questions!")]
    [InlineData("\n- Answer: A")]
    [InlineData("\n> Answer: A")]
    [InlineData("*Answer*: A")]
    [InlineData("Final answer: A ✅")]
    [InlineData("Answer is a")]
    [InlineData("It's A.")]
    [InlineData("I'd go with (A).")]
    [InlineData("Conclusion: (A)")]
    [InlineData("Result: A")]
    [InlineData("The answer would be A.")]
    [InlineData("The answer can only be A.")]
    [InlineData("So, the answer is indeed (A).")]
    [InlineData("Choose A.")]
    [InlineData("Pick A")]
    [InlineData("A")]
    [InlineData("**A**")]
    [InlineData("Option A")]
    [InlineData("The answer is the first option.")]
    [InlineData("So the answer is (A).###")]
    [InlineData("So the answer is (A).\n\nQuestion: What is gold?\nChoices:\n(A) a metal\n(B) a gas\nSo the answer is (B).")]
    public void Read_MoreEndings_AreTheAnswerAndNoPartOfTheRationale(string ending) =>
        Assert.Equal(new ExtractedAnswer(Said, "A"), AnswerExtraction.Read(Question, Said + " " + ending));

    [Theory]
    [InlineData("Only option A fits.", "A")]
    [InlineData("Therefore, only (A) fits the description.", "A")]
    [InlineData("Only choice B remains.", "B")]
    [InlineData("So only A works because ice is solid.", "A")]
    [InlineData("选択肢Aが正解です。", "A")]
    [InlineData("選択肢Bが正解です。", "B")]
    [InlineData("Aが正しいです。", "A")]
    [InlineData("よって、（A）が正解である。", "A")]
    [InlineData("正解はAです。", "A")]
    [InlineData("A가 정답입니다.", "A")]
    [InlineData("따라서 B가 정답입니다.", "B")]
    [InlineData("정답은 A입니다.", "A")]
    [InlineData("选项A是正确的。", "A")]
    [InlineData("所以B是正确答案。", "B")]
    [InlineData("A项正确。", "A")]
    [InlineData("Not only option A fits.", null)]
    [InlineData("If only option A fits.", null)]
    [InlineData("Only A and B fit.", null)]
    [InlineData("A和B是正确的。", null)]
    [InlineData("A不是正确答案。", null)]
    [InlineData("并非A是正确的。", null)]
    [InlineData("A가 정답이 아닙니다.", null)]
    [InlineData("Aが正解ではありません。", null)]
    public void Read_ChoiceThatAloneFitsOrIsSaidToBeRight_IsTheAnswer(string ending, string? expected)
    {
        Assert.Equal(expected, AnswerExtraction.Read(Question, Said + " " + ending).AnswerLabel);
        Assert.Equal(expected, AnswerExtraction.Read(Question, Said + "\n\n" + ending).AnswerLabel);
    }

    [Theory]
    [InlineData("As shown in Fig. A")]
    [InlineData("The first option is steam.")]
    [InlineData("It's A or B.")]
    [InlineData("The answer is the third option.")]
    public void Read_OtherUsesOfALabel_AreNone(string ending) => Assert.Null(AnswerExtraction.Read(Question, Said + " " + ending).AnswerLabel);

    [Theory]
    [InlineData(@"\boxed{A}\boxed{B}")]
    [InlineData(@"\boxed{A \text{ or } B}")]
    [InlineData(@"\boxed{C}")]
    [InlineData(@"\boxed{\text{(A) steam}}")]
    [InlineData("A or B")]
    [InlineData("答案：A或B")]
    [InlineData("Answer: A, B")]
    [InlineData("So (A) melts and (B) does not.")]
    [InlineData("I would not choose A.")]
    [InlineData("It has 100 deg. A")]
    [InlineData("Ice is at group A")]
    [InlineData("\n(A) ice\n(B) steam")]
    [InlineData("Steam can be (A).")]
    public void Read_NotCertain_IsNone(string ending) => Assert.Null(AnswerExtraction.Read(Question, Said + " " + ending).AnswerLabel);

    [Theory]
    [InlineData("So the answer is (1).", "1")]
    [InlineData("Answer: 1", "1")]
    [InlineData("So the answer is (A).", "1")]
    [InlineData("So the answer is B.", "2")]
    [InlineData("So the answer is (b) steam.", "2")]
    [InlineData(@"\boxed{B}", "2")]
    [InlineData("So the answer is (A) steam.", null)]
    [InlineData("So the answer is C.", null)]
    [InlineData("So the answer is a solid.", null)]
    public void Read_LetterForANumber_IsItsPlace(string ending, string? expected) => Assert.Equal(expected, AnswerExtraction.Read(Numbered, Said + "\n" + ending).AnswerLabel);

    [Fact]
    public void Read_LetterThatTheQuestionUses_IsNoNumber()
    {
        Assert.Null(AnswerExtraction.Read(Numbered with { Stem = "Plant A is kept dry, plant B is not. Which grows?" }, "The answer is (A).").AnswerLabel);
        Assert.Null(AnswerExtraction.Read(Numbered with { Choices = [new("1", "group A"), new("2", "group B")] }, "The answer is (A).").AnswerLabel);
        Assert.Equal("1", AnswerExtraction.Read(Numbered with { Stem = "A student melts ice. A cube is left. Which?" }, "The answer is (A).").AnswerLabel);
    }

    [Theory]
    [InlineData("（A）", "ice")]
    [InlineData("Ａ", "i\u200bce")]
    [InlineData("(A)", "ice ")]
    [InlineData("A.", "**ice**")]
    [InlineData("A", @"\text{ice}")]
    public void Read_ChoicesWithOddForms_AreNamedByTheirPlainOnes(string label, string text)
    {
        var question = Question with { Choices = [new(label, text), new("B", "steam")] };

        Assert.Equal(new ExtractedAnswer(Said, label), AnswerExtraction.Read(question, Said + "\nSo the answer is (A) ice."));
        Assert.Equal(label, AnswerExtraction.ReadDecision(question, "A"));
    }

    [Theory]
    [InlineData(@"Thus, $\boxed{\text{a solid}}$.", "a solid")]
    [InlineData("The answer is \\boxed{3.5\\ \\text{m}}.", "3.5 m")]
    [InlineData("答案：冰", "冰")]
    [InlineData("<answer>gravity</answer>", "gravity")]
    [InlineData("**Final answer:** gravity", "gravity")]
    public void Read_OpenQuestion_IsTheText(string ending, string expected) =>
        Assert.Equal(new ExtractedAnswer(Said, expected), AnswerExtraction.Read(Open, Said + "\n" + ending));

    [Theory]
    [InlineData("Steam fills its container, so it is not. A")]
    [InlineData("Steam spreads, as it is hot. A.")]
    [InlineData("Steam is a gas. **A**")]
    [InlineData("It melts at 0. A")]
    [InlineData("The block moves 10 m. A")]
    [InlineData("Steam spreads (water vapor). A")]
    [InlineData("It keeps shape…\nA")]
    [InlineData("It does not run. A)")]
    [InlineData("It is cold, so it's ice. \"A\"")]
    [InlineData("(A) ice\n(B) steam\n\n(A)")]
    [InlineData("Answer:\nA\n\nB is wrong, since steam spreads.")]
    [InlineData("A: ice keeps its shape.\nB: steam does not.\n\nA")]
    [InlineData("A\n\nA. Ice keeps its shape.\nB. Steam does not.")]
    public void Read_LabelBehindAnySentenceOrAListOfAll_IsTheAnswer(string reply) => Assert.Equal("A", AnswerExtraction.Read(Question, reply).AnswerLabel);

    [Theory]
    [InlineData("Ans) A")]
    [InlineData("The correct answer would therefore be A")]
    [InlineData("answer: a) ice")]
    [InlineData("The answer to this is A")]
    [InlineData("The best choice here is A")]
    [InlineData("The answer, then, is A.")]
    [InlineData("The answer, therefore, is (A).")]
    [InlineData("[Answer] A")]
    [InlineData("[ANSWER]: A")]
    [InlineData("[ANSWER]A[/ANSWER]")]
    [InlineData("【答案】A")]
    [InlineData("_Answer: A_")]
    [InlineData("I would say A.")]
    [InlineData("I'd say (A) ice.")]
    [InlineData("I'm confident the answer is A.")]
    [InlineData("Only A is correct.")]
    [InlineData("The correct one is A.")]
    [InlineData("Ergo, A.")]
    [InlineData("답: A")]
    public void Read_OtherWordsForAnAnswer_AreReadAndNoPartOfTheRationale(string ending)
    {
        Assert.Equal(new ExtractedAnswer(Said, "A"), AnswerExtraction.Read(Question, Said + " " + ending));
        Assert.Equal(new ExtractedAnswer(Said, "A"), AnswerExtraction.Read(Question, Said + "\n\n" + ending));
    }

    [Theory]
    [InlineData("A is wrong.")]
    [InlineData("Not only A is correct.")]
    [InlineData("I'm not sure the answer is A.")]
    [InlineData("I would not say A.")]
    [InlineData("The answer to this is neither A nor B.")]
    [InlineData("The wrong one is A.")]
    [InlineData("Option A is incorrect because it melts.")]
    [InlineData("Answer: none")]
    [InlineData("Answer choices: A, B")]
    [InlineData("Answer options:\nA\nB")]
    [InlineData("Answer format: A")]
    [InlineData("[Answer] A or B")]
    [InlineData("Students often answer A.")]
    [InlineData("A and B are both correct.")]
    [InlineData("Is it A?")]
    [InlineData("Eliminate A.")]
    public void Read_WordsThatDenyAnAnswer_AreNone(string ending) => Assert.Null(AnswerExtraction.Read(Question, Said + " " + ending).AnswerLabel);

    [Fact]
    public void Read_JudgementWithItsReason_IsTheAnswerAndStays() =>
        Assert.Equal(new ExtractedAnswer("A is correct because ice is solid.", "A"), AnswerExtraction.Read(Question, "A is correct because ice is solid."));

    [Theory]
    [InlineData("See Fig. A")]
    [InlineData("This is vit. A")]
    [InlineData("It was found by J. A")]
    [InlineData("It is group no. A")]
    [InlineData("3. A")]
    [InlineData("Types are A. B. A")]
    [InlineData("In Fig. 3, see A")]
    [InlineData("It is in class A.")]
    [InlineData("(A) ice keeps its shape.\n(B) steam does not.")]
    [InlineData("(A)\n(B)\n(C)")]
    [InlineData("(A) ice stays.\n(B) steam spreads.\n# 2\nQuestion: What is gold?\nOptions:\n(A)")]
    [InlineData("(A) ice stays.\n(B) steam spreads.\nAnswers to practice questions\n1. (B)\n2. (A)")]
    [InlineData("Answer:\nA) ice\nB) steam")]
    [InlineData("Answer:\na) ice is a solid.\nb) steam is not.")]
    [InlineData("Answer:\na) ice\n\nb) steam")]
    [InlineData("Answer\n- A) ice\n- B) steam")]
    public void Read_LabelThatIsOnlyMentioned_IsNone(string reply) => Assert.Null(AnswerExtraction.Read(Question, reply).AnswerLabel);

    [Theory]
    [InlineData("The mass is 3.2", null)]
    [InlineData("The mass is 3. 2", null)]
    [InlineData("It has 1.", null)]
    [InlineData("Steam spreads, so it is not. 1", "1")]
    [InlineData("So the answer is one.", "1")]
    [InlineData("The answer is two.", "2")]
    [InlineData("Answer: Two", "2")]
    [InlineData("The answer is (two).", "2")]
    [InlineData("The answer is option two, the hot one.", "2")]
    [InlineData("Option two is correct.", "2")]
    [InlineData("I choose option two.", "2")]
    [InlineData(@"\boxed{two}", "2")]
    [InlineData("The answer is one of them.", null)]
    [InlineData("The answer is one that melts.", null)]
    [InlineData("The answer is one or two.", null)]
    [InlineData("The answer is one and the same.", null)]
    [InlineData("The answer is three.", null)]
    [InlineData("It is one.", null)]
    [InlineData("So it is one.", null)]
    [InlineData("Choose one.", null)]
    [InlineData("There are two answers. One", null)]
    public void Read_NumberedChoices_NumbersAndTheirWordsAreLabelsWhereTheyCountNothing(string ending, string? expected) =>
        Assert.Equal(expected, AnswerExtraction.Read(Numbered, Said + " " + ending).AnswerLabel);

    [Fact]
    public void Read_NumberWordOfAQuestionThatCounts_IsNoLabel()
    {
        Assert.Null(AnswerExtraction.Read(Question, "The answer is one.").AnswerLabel);
        Assert.Null(AnswerExtraction.Read(Numbered with { Stem = "How many states of matter keep their shape?" }, "The answer is one.").AnswerLabel);
        Assert.Null(AnswerExtraction.Read(Numbered with { Choices = [new("1", "two cubes"), new("2", "three cubes")] }, "The answer is two.").AnswerLabel);
        Assert.Null(AnswerExtraction.Read(Numbered with { Choices = [new("1", "2 cubes"), new("2", "3 cubes")] }, "The answer is two.").AnswerLabel);
        Assert.Equal("2", AnswerExtraction.ReadDecision(Numbered, "Two"));
    }

    [Theory]
    [InlineData("| Answer | A |\n|---|---|\n| Reason | Ice is solid. |")]
    [InlineData("| Rationale | Ice is solid. |\n|---|---|\n| Answer | A |")]
    [InlineData("| Answer | Explanation |\n|:--|:--|\n| A | Ice is solid. |")]
    [InlineData("Ice is solid.\n\n| Answer | A |\n")]
    [InlineData("Ice is solid.\n\n| | |\n|---|---|\n| **Answer** | **(A) ice** |")]
    [InlineData("| Field | Value |\n|---|---|\n| Rationale | Ice is solid. |\n| Correct Answer | A |")]
    [InlineData("Ice is solid.\n\n| Question | Answer |\n|---|---|\n| Which keeps its own shape? | A |")]
    public void Read_AnswerInATable_IsRead(string reply)
    {
        var read = AnswerExtraction.Read(Question, reply);

        Assert.Equal("A", read.AnswerLabel);
        Assert.Contains("Ice is solid.", read.Rationale, StringComparison.Ordinal);
        Assert.DoesNotContain('|', read.Rationale);
    }

    [Theory]
    [InlineData("| Option | Keeps shape |\n|---|---|\n| A | yes |\n| B | no |")]
    [InlineData("| Option | Answer |\n|---|---|\n| A | ice |\n| B | steam |")]
    [InlineData("| Answer | Why |\n|---|---|\n| A | solid |\n| B | gas |")]
    [InlineData("| Option | A |\n|---|---|\n| melts | yes |")]
    [InlineData("| Answer | A or B |")]
    [InlineData("| Answer | A | B |\n|---|---|---|\n| x | y | z |")]
    public void Read_OtherTables_StateNothing(string reply) => Assert.Null(AnswerExtraction.Read(Question, reply).AnswerLabel);
}
