using SciCoT.Tests.Support;

namespace SciCoT.Tests.Campaign;

/// <summary>
/// Whatever a file holds, reading it ends with a value or with a <see cref="SciCoTException"/> that a user can read, and takes
/// bounded memory. SCICOT_CAMPAIGN_INPUTS sets the number of inputs over all readers, SCICOT_CAMPAIGN_SEED repeats a run.
/// </summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class ParserFuzzTests : IDisposable
{
    private const int DefaultInputs = 10_000;

    /// <summary>Memory that one small file may take; the seeds have at most 300 kB.</summary>
    private const long MaxAllocated = 64L << 20;

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Readers => [.. FuzzTargets.All.Select(target => target.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Readers))]
    public void DamagedInput_IsReadOrRefusedWithAMessage(string name)
    {
        var target = FuzzTargets.All.Single(t => t.Name == name);
        long inputs = Math.Max(1, (long)(CampaignSettings.Number("SCICOT_CAMPAIGN_INPUTS") ?? DefaultInputs) * target.Share / FuzzTargets.All.Sum(t => t.Share));
        CampaignSettings.WriteSeed($"{name}: {inputs} inputs");
        var path = _folder.File(target.FileName);
        var mutator = new Mutator(new Random(CampaignSettings.Seed ^ StringHash(name)), target.Seeds);
        int refused = 0;

        for (long i = 0; i < inputs; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var bytes = mutator.Next();
            File.WriteAllBytes(path, bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                target.Read(path);
            }
            catch (SciCoTException e)
            {
                refused++;
                if (string.IsNullOrWhiteSpace(e.Message) || e.Message.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
                    Fail(i, bytes, $"the message is empty or holds control characters: {e.Message}", e);
            }
            catch (Exception e)
            {
                Fail(i, bytes, $"{e.GetType()} instead of a {nameof(SciCoTException)}", e);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MaxAllocated)
                Fail(i, bytes, $"{allocated >> 20} MiB for {bytes.Length} bytes", null);
        }

        Assert.True(refused > 0, "No input was refused: the reader believes everything.");

        void Fail(long i, byte[] bytes, string problem, Exception? cause)
        {
            var shown = bytes.Length <= 3000 ? Convert.ToBase64String(bytes) : $"{bytes.Length} bytes";
            throw new Xunit.Sdk.XunitException($"{name}, input {i} of seed {CampaignSettings.Seed}: {problem}\n{shown}\n{cause}");
        }
    }

    /// <summary>The same in each process, which <see cref="string.GetHashCode()"/> is not.</summary>
    private static int StringHash(string text) => text.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));
}
