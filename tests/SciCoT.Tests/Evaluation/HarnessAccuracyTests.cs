using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

public class HarnessAccuracyTests
{
    [Fact]
    public void Of_HandComputed_BothFigures()
    {
        // Sums -4, -5: the first; for each character -4/2 = -2, -5/5 = -1: the second.
        var outcome = Scored(["ab", "abcde"], gold: "A", -4, -5);

        var accuracy = HarnessAccuracy.Of([outcome, outcome with { Question = outcome.Question with { AnswerLabel = "B" } }, outcome])!;

        Assert.Equal(2 / 3.0, accuracy.Acc, 1e-12);
        Assert.Equal(1 / 3.0, accuracy.AccNorm, 1e-12);
        Assert.Equal(Math.Sqrt(2 / 9.0 / 2), accuracy.AccStandardError, 1e-12); // p (1 - p) / (n - 1)
    }

    [Fact]
    public void Of_Ties_TheFirstCounts()
    {
        Assert.Equal(1, HarnessAccuracy.Of([Scored(["a", "b"], "A", -3, -3)])!.Acc);
        Assert.Equal(0, HarnessAccuracy.Of([Scored(["a", "b"], "B", -3, -3)])!.Acc);
        Assert.Equal(1, HarnessAccuracy.Of([Scored(["ab", "abcd"], "A", -2, -4)])!.AccNorm);
        Assert.Equal(0, HarnessAccuracy.Of([Scored(["ab", "abcd"], "B", -2, -4)])!.AccNorm);
    }

    [Fact]
    public void Of_CharactersOutsideTheBasicPlane_CountOnce()
    {
        // Two code points against three letters: -2 against -1.9.
        var outcome = Scored(["🔥🔥", "abc"], "B", -4, -5.7);

        Assert.Equal(1, HarnessAccuracy.Of([outcome])!.AccNorm); // by UTF-16 units it would be -1 against -1.9
    }

    [Fact]
    public void Of_TextsBeyondAscii_AccBytesDividesByBytes()
    {
        // For each character -4/2 = -2 and -5.7/3 = -1.9; for each byte -4/8 = -0.5 and -1.9.
        var outcome = Scored(["🔥🔥", "abc"], "A", -4, -5.7);

        var accuracy = HarnessAccuracy.Of([outcome, outcome with { Question = outcome.Question with { AnswerLabel = "B" } }, outcome])!;

        Assert.Equal(2 / 3.0, accuracy.AccBytes, 1e-12);
        Assert.Equal(Math.Sqrt(2 / 9.0 / 2), accuracy.AccBytesStandardError, 1e-12);
        Assert.Equal(1 / 3.0, accuracy.AccNorm, 1e-12);
    }

    [Fact]
    public void Of_LettersScored_AreWhatIsDividedBy()
    {
        var outcome = Scored(["ab", "abcdefgh"], "A", -1, -2) with { ScoredTexts = ["A", "B"] };

        Assert.Equal(1, HarnessAccuracy.Of([outcome])!.AccNorm); // by the choices' texts it would be -0.5 against -0.25
    }

    [Fact]
    public void Of_WithoutLogLikelihoods_Nothing()
    {
        Assert.Null(HarnessAccuracy.Of([]));
        Assert.Null(HarnessAccuracy.Of([Scored(["a", "b"], "A", -1, -2), Outcomes.Answer(1, 0)]));
    }

    private static QuestionOutcome Scored(string[] choices, string gold, params double[] logLikelihoods) =>
        QuestionOutcome.Judge(ScienceQuestion.Create("Which?", choices) with { AnswerLabel = gold }, "A", choices[0]) with { LogLikelihoods = logLikelihoods };
}
