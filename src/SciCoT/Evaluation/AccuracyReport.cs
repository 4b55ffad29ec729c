namespace SciCoT.Evaluation;

/// <summary>How many questions were answered rightly, and how sure that figure is.</summary>
public sealed record AccuracyReport
{
    /// <summary>Makes a report.</summary>
    /// <param name="count">How many questions were answered.</param>
    /// <param name="correct">How many of them rightly.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no questions, or not from 0 to all of them are right.</exception>
    public AccuracyReport(int count, int correct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Interval = Proportion.Wilson(correct, count);
        Count = count;
        Correct = correct;
    }

    /// <summary>How many questions were answered.</summary>
    public int Count { get; }

    /// <summary>How many of them rightly.</summary>
    public int Correct { get; }

    /// <summary>The share of right answers, from 0 to 1.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>The accuracy's Wilson interval at 95 %.</summary>
    public Interval Interval { get; }

    /// <summary>Counts outcomes.</summary>
    /// <param name="outcomes">For each question whether it was answered rightly.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no outcomes.</exception>
    public static AccuracyReport Of(IEnumerable<bool> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        int count = 0, correct = 0;
        foreach (bool isCorrect in outcomes)
        {
            count++;
            correct += isCorrect ? 1 : 0;
        }

        return new(count, correct);
    }
}
