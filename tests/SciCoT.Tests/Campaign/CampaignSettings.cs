namespace SciCoT.Tests.Campaign;

/// <summary>
/// The campaign: damaged inputs for every reader, kills of each stage, faults of a teacher, disposal storms. Its tests have the trait
/// <c>Category=campaign</c>; CONTRIBUTING says how to run the short and the long form.
/// </summary>
internal static class CampaignSettings
{
    public const string Category = "Category";
    public const string Campaign = "campaign";

    /// <summary>The seed of everything random in this run, from SCICOT_CAMPAIGN_SEED; another in each run where that is not set.</summary>
    public static int Seed { get; } = Number("SCICOT_CAMPAIGN_SEED") ?? (Environment.TickCount & int.MaxValue);

    /// <summary>Whether tests that take long run in all their forms, from SCICOT_LONG_TESTS=1.</summary>
    public static bool IsLong { get; } = Number("SCICOT_LONG_TESTS") == 1;

    /// <summary>A number from the environment.</summary>
    public static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int value) ? value : null;

    /// <summary>Writes the seed beside a test's result.</summary>
    public static void WriteSeed(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{what}, seed {Seed} (SCICOT_CAMPAIGN_SEED)");
}
