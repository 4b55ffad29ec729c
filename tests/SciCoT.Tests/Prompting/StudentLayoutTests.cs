using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

public class StudentLayoutTests
{
    private static readonly ScienceQuestion Question =
        ScienceQuestion.Create("Which conducts\n electricity?", "a rubber band", "a copper  wire") with { AnswerLabel = "B" };

    [Fact]
    public void RationaleInput_Choices_StandOnOneLineWithTheirLabels() =>
        Assert.Equal("explain question: Which conducts electricity? choices: (A) a rubber band (B) a copper wire", StudentLayout.RationaleInput(Question));

    [Fact]
    public void RationaleInput_DigitLabels_AreKept()
    {
        var question = new ScienceQuestion("q", "Which?", [new("1", "ice"), new("2", "iron")]);

        Assert.Equal("explain question: Which? choices: (1) ice (2) iron", StudentLayout.RationaleInput(question));
    }

    [Fact]
    public void RationaleInput_OpenQuestionWithContext_HasNoChoices()
    {
        var question = ScienceQuestion.Create("What rusts?") with { Context = "Iron meets water." };

        Assert.Equal("explain question: What rusts? context: Iron meets water.", StudentLayout.RationaleInput(question));
    }

    [Fact]
    public void MultiTaskInputs_HaveThePrefixesOfThePaper()
    {
        Assert.Equal("predict: question: Which conducts electricity? choices: (A) a rubber band (B) a copper wire", StudentLayout.PredictInput(Question));
        Assert.Equal("explain: question: Which conducts electricity? choices: (A) a rubber band (B) a copper wire", StudentLayout.ExplainInput(Question));
    }

    [Fact]
    public void AnswerInput_Rationale_FollowsTheChoices() =>
        Assert.Equal(
            "answer question: Which conducts electricity? choices: (A) a rubber band (B) a copper wire rationale: Copper is a metal.",
            StudentLayout.AnswerInput(Question, " Copper is\na metal. "));

    [Fact]
    public void AnswerInput_EmptyRationale_IsTheQuestionAlone() =>
        Assert.Equal("answer question: Which conducts electricity? choices: (A) a rubber band (B) a copper wire", StudentLayout.AnswerInput(Question, " "));

    [Fact]
    public void AnswerTarget_Choices_IsTheGoldText() =>
        Assert.Equal("a copper wire", StudentLayout.AnswerTarget(Question));

    [Fact]
    public void AnswerTarget_OpenQuestion_IsTheGoldAnswer() =>
        Assert.Equal("iron", StudentLayout.AnswerTarget(ScienceQuestion.Create("What rusts?") with { AnswerLabel = "iron" }));

    [Fact]
    public void AnswerTarget_NoGold_NamesTheQuestion()
    {
        var exception = Assert.Throws<ArgumentException>(() => StudentLayout.AnswerTarget(new ScienceQuestion("q-7", "What rusts?", [])));

        Assert.Contains("q-7", exception.Message);
    }

    [Fact]
    public void AnswerTarget_GoldIsNoChoice_Throws() =>
        Assert.Throws<ArgumentException>(() => StudentLayout.AnswerTarget(Question with { AnswerLabel = "Z" }));

    [Theory]
    [InlineData("Copper is a metal.")]
    [InlineData("The answer: it depends. Copper is a metal.")]
    [InlineData("")]
    public void SplitOneStage_WhatWasWritten_ComesApartAgain(string rationale)
    {
        var (reasoning, answer) = StudentLayout.SplitOneStage(StudentLayout.OneStageTarget(Question, rationale));

        Assert.Equal(rationale, reasoning);
        Assert.Equal("a copper wire", answer);
    }

    [Fact]
    public void SplitOneStage_CutBeforeTheAnswer_IsAllRationale() =>
        Assert.Equal(("Copper is", null), StudentLayout.SplitOneStage("Copper is"));
}
