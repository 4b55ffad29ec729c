namespace SciCoT.Testing.World;

/// <summary>The three parts of the data set.</summary>
internal enum Part
{
    Train,
    Validation,
    Test,
}

/// <summary>
/// One thing under one aspect (a place in a month, a substance at a temperature, a set of things to be ordered): the
/// unit that is held out. Every cell lies in exactly one part.
/// </summary>
/// <param name="Thing">What is asked about.</param>
/// <param name="Aspect">What is asked.</param>
/// <param name="Stratum">Cells of one stratum (usually one right answer) are spread evenly over the parts.</param>
internal sealed record Cell(string Thing, string Aspect, string Stratum)
{
    public string Name => $"{Aspect}/{Thing}";
}

/// <summary>Which part of the data set each cell lies in.</summary>
internal sealed class CellSplit
{
    private static readonly double[] Shares = [0.60, 0.20, 0.20];
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);

    /// <summary>
    /// Assigns cells one by one to the part that is furthest behind its share, counted over the cells of the same thing
    /// and over those of the same stratum.
    /// </summary>
    public CellSplit(IEnumerable<Cell> cells, SeededRandom random)
    {
        var counts = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var cell in random.Shuffled(cells.DistinctBy(cell => cell.Name)))
        {
            var thing = Counts("thing " + cell.Thing);
            var stratum = Counts("stratum " + cell.Aspect + " " + cell.Stratum);
            var part = Enum.GetValues<Part>().MaxBy(p => Behind(thing, p) + Behind(stratum, p) + 0.2 * random.NextDouble());
            thing[(int)part]++;
            stratum[(int)part]++;
            _parts.Add(cell.Name, part);
        }

        double[] Counts(string key) => counts.TryGetValue(key, out var found) ? found : counts[key] = new double[Shares.Length];
    }

    public Part PartOf(Cell cell) => _parts[cell.Name];

    private static double Behind(double[] counts, Part part) => Shares[(int)part] * (counts.Sum() + 1) - counts[(int)part];
}
