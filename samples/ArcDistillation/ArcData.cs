using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SciCoT;
using SciCoT.Distillation;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace ArcDistillation;

/// <summary>The questions and rationales of a run.</summary>
/// <param name="Questions">Training questions that have a rationale, some of them kept for validation; the dev questions as test.</param>
/// <param name="Records">The teacher's rationales.</param>
/// <param name="Teacher">The teacher.</param>
internal sealed record ArcData(DistillationData Questions, IReadOnlyList<RationaleRecord> Records, string Teacher)
{
    private const double ValidationShare = 0.05;

    public static ArcData Read(Settings settings)
    {
        var train = Files(settings.Data, "Train").SelectMany(file => ArcReader.Read(file)).ToArray();
        var dev = ArcReader.Read(Path.Combine(settings.Data.FullName, "ARC-Easy-Dev.jsonl")).Take(settings.DevQuestions ?? int.MaxValue).ToArray();

        // Of several rationales by one teacher for a question the first is learned.
        var published = PublishedRationales.Read(settings.Rationales.FullName).Select(pair => pair.Record).Where(record => record.SampleIndex == 0).ToArray();
        var teacher = settings.Teacher
            ?? published.GroupBy(record => record.Teacher).MaxBy(group => group.Count(record => record.FinishReason == TeacherFinishReason.Complete))?.Key
            ?? throw new InvalidFileException($"{settings.Rationales.FullName} holds no rationale.");
        var records = published.Where(record => record.Teacher == teacher).ToArray();
        var explained = records.Select(record => record.QuestionHash).ToHashSet(StringComparer.Ordinal);

        // The rationale files hold dev questions too: only those of the training files are learned, and none that is asked later.
        var asked = dev.Select(question => question.ContentHash).ToHashSet(StringComparer.Ordinal);
        var learned = train
            .Where(question => explained.Contains(question.ContentHash) && !asked.Contains(question.ContentHash))
            .DistinctBy(question => question.ContentHash)
            .ToArray();
        if (learned.Length == 0)
            throw new InvalidFileException($"None of the {train.Length} training questions has a rationale by '{teacher}' in {settings.Rationales.FullName}; teachers there: {string.Join(", ", published.Select(record => record.Teacher).Distinct())}.");

        // By a hash, which is the same on every runtime.
        Array.Sort([.. learned.Select(question => Key(settings.Seed, question))], learned, StringComparer.Ordinal);
        int validation = (int)Math.Ceiling(learned.Length * ValidationShare);
        return new ArcData(new DistillationData(learned[validation..], learned[..validation], dev), records, teacher);
    }

    private static string Key(int seed, ScienceQuestion question) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {question.ContentHash}"))));

    private static IEnumerable<string> Files(DirectoryInfo folder, string part) =>
        new[] { $"ARC-Easy-{part}.jsonl", $"ARC-Challenge-{part}.jsonl" }
            .Select(name => Path.Combine(folder.FullName, name))
            .Where((file, i) => i == 0 || File.Exists(file));
}
