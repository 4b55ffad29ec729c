namespace SciCoT.Testing.World.Topics;

/// <summary>A pure substance.</summary>
/// <param name="Name">The name.</param>
/// <param name="Melts">The melting point at normal pressure in degrees Celsius, rounded to tens.</param>
/// <param name="Boils">The boiling point at normal pressure in degrees Celsius, rounded to tens.</param>
internal sealed record Substance(string Name, int Melts, int Boils);

/// <summary>Pure substances that melt and boil at normal pressure, with both points rounded to tens.</summary>
internal static class Substances
{
    public static readonly IReadOnlyList<Substance> All =
    [
        new("oxygen", -220, -180),
        new("propane", -190, -40),
        new("butane", -140, 0),
        new("alcohol", -110, 80),
        new("chlorine", -100, -30),
        new("acetone", -90, 60),
        new("ammonia", -80, -30),
        new("mercury", -40, 360),
        new("bromine", -10, 60),
        new("water", 0, 100),
        new("acetic acid", 20, 120),
        new("caesium", 30, 670),
        new("potassium", 60, 760),
        new("sodium", 100, 880),
        new("sulphur", 120, 440),
        new("lithium", 180, 1340),
        new("tin", 230, 2600),
        new("lead", 330, 1750),
        new("zinc", 420, 910),
        new("magnesium", 650, 1090),
    ];

    public static readonly IReadOnlyList<int> Temperatures = [-250, -150, -120, -60, -25, 40, 50, 80, 140, 200, 250, 300, 400, 500, 700, 1000];

    /// <summary>Keeps a temperature clear of a change of state, so that the rounding never decides.</summary>
    private const int Clearance = 40;

    public static bool IsClear(Substance substance, int temperature) =>
        Math.Abs(temperature - substance.Melts) >= Clearance && Math.Abs(temperature - substance.Boils) >= Clearance;

    public static string StateAt(Substance substance, int temperature) =>
        temperature < substance.Melts ? "solid" : temperature < substance.Boils ? "liquid" : "gas";

    public static string Degrees(int value) => value < 0 ? $"minus {-value}" : $"{value}";

    public static string MeltFact(Substance substance) => $"{substance.Name} melts at {Degrees(substance.Melts)} degrees";

    public static string BoilFact(Substance substance) => $"{substance.Name} boils at {Degrees(substance.Boils)} degrees";
}
