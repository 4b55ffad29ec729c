using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

public class CalibrationTests
{
    [Fact]
    public void Of_HandComputed_Agrees()
    {
        QuestionOutcome[] outcomes = [Sure(1, 0.9, right: true), Sure(2, 0.7, right: false), Sure(3, 0.65, right: true), Sure(4, 0.4, right: false)];

        var calibration = Calibration.Of(outcomes, bins: 5)!;

        // Bins of 0.2: 0.4 falls into the second (above 0.2, up to 0.4), 0.65 and 0.7 into the fourth, 0.9 into the last.
        Assert.Equal([0, 1, 0, 2, 1], calibration.Bins.Select(bin => bin.Count));
        Assert.Equal(((0.4 * 1) + (Math.Abs(0.5 - 0.675) * 2) + (0.1 * 1)) / 4, calibration.ExpectedCalibrationError, 1e-12);
        // Two choices: (p - right)² for each.
        double brier = (Two(0.1) + Two(0.7) + Two(0.35) + Two(0.4)) / 4;
        Assert.Equal(brier, calibration.Brier, 1e-12);
        Assert.Equal((4, 0.675, 0.5), (calibration.Count, calibration.Bins[3].Confidence, calibration.Bins[3].Accuracy));

        static double Two(double distance) => 2 * distance * distance;
    }

    [Theory]
    [InlineData(0.07, 100, 6)] // 0.07 * 100 is above 7
    [InlineData(0.29, 100, 28)] // 0.29 * 100 is below 29
    [InlineData(0.3, 10, 2)]
    [InlineData(0.30000000000000004, 10, 3)]
    [InlineData(0, 10, 0)]
    [InlineData(1, 10, 9)]
    public void Of_ConfidenceAtAnEdge_BelongsToTheBinBelow(double confidence, int bins, int expected) =>
        Assert.Equal(expected, Calibration.Of([Sure(1, confidence, right: true)], bins)!.Bins.Index().Single(bin => bin.Item.Count == 1).Index);

    [Fact]
    public void Of_CertainAndRight_IsPerfect()
    {
        var calibration = Calibration.Of([Sure(1, 1, right: true), Sure(2, 1, right: true)])!;

        Assert.Equal((0, 0, 2), (calibration.ExpectedCalibrationError, calibration.Brier, calibration.Bins[^1].Count));
    }

    [Fact]
    public void Of_WithoutProbabilities_Nothing()
    {
        Assert.Null(Calibration.Of([Outcomes.Answer(1, 0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Calibration.Of([], bins: 0));
    }

    /// <summary>A question of two choices, the first one chosen with a probability.</summary>
    private static QuestionOutcome Sure(int id, double confidence, bool right) =>
        QuestionOutcome.Judge(Outcomes.Question(id, gold: right ? 0 : 1, choices: 2), "A", "") with { Probabilities = [confidence, 1 - confidence] };
}
