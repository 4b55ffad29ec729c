using System.Text;
using BenchmarkDotNet.Attributes;
using SciCoT.Tokenization;

namespace SciCoT.Benchmarks;

/// <summary>
/// How fast texts become ids, and what that allocates. One operation encodes 1,000,000 bytes of short English texts, so
/// 1,000 divided by the mean in milliseconds is the speed in MB/s.
/// </summary>
/// <remarks>The environment variable SCICOT_TOKENIZER names a vocabulary; without it, the tests' tiny one is used.</remarks>
[MemoryDiagnoser]
public class TokenizerBenchmark
{
    private const int Bytes = 1_000_000;

    private static readonly string[] Words =
        ("water ice steam rock metal energy light sound plant animal the a of in and to is are was because which when heated " +
         "cools melts evaporates condenses reflects absorbs conducts grows slowly quickly temperature pressure photosynthesis " +
         "therefore molecules between magnet electricity copper rubber, surface. 100 degrees").Split(' ');

    private readonly List<int> _ids = new(4096);
    private T5Tokenizer _tokenizer = null!;
    private string[] _texts = [];

    [GlobalSetup]
    public void Setup()
    {
        _tokenizer = T5Tokenizer.Load(VocabularyPath());
        var random = new Random(1);
        var texts = new List<string>();
        for (int total = 0; total < Bytes; total += texts[^1].Length)
        {
            var text = new StringBuilder("question: ");
            for (int words = random.Next(10, 50); words > 0; words--)
                text.Append(Words[random.Next(Words.Length)]).Append(' ');
            texts.Add(text.ToString(0, Math.Min(text.Length, Bytes - total)));
        }

        _texts = [.. texts];
    }

    [Benchmark(Baseline = true)]
    public int EncodeToReusedList()
    {
        int count = 0;
        foreach (string text in _texts)
        {
            _ids.Clear();
            _tokenizer.EncodeTo(_ids, text, maxTokens: 512);
            count += _ids.Count;
        }

        return count;
    }

    [Benchmark]
    public int EncodeToIds()
    {
        int count = 0;
        foreach (string text in _texts)
            count += _tokenizer.EncodeToIds(text).Count;
        return count;
    }

    [Benchmark]
    public T5Tokenizer Load() => T5Tokenizer.Load(VocabularyPath());

    private static string VocabularyPath()
    {
        if (Environment.GetEnvironmentVariable("SCICOT_TOKENIZER") is { Length: > 0 } configured)
            return configured;

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "tests", "SciCoT.Tests", "Data", "Tokenizer", "tiny-spiece.model");
            if (File.Exists(candidate))
                return candidate;
        }

        throw new MissingFileException("Run the benchmark inside the repository, or name a vocabulary in SCICOT_TOKENIZER.");
    }
}
