using System.Globalization;
using SciCoT.Distributed;
using SciCoT.Generation;
using SciCoT.Students;

namespace SciCoT.Distillation;

/// <summary>A rationale student writes for many questions; what it has written is kept chunk by chunk.</summary>
/// <param name="student">The student's folder.</param>
/// <param name="plan">How it was made.</param>
/// <param name="source">How many rationales a question.</param>
/// <param name="group">The processes that share the questions.</param>
internal sealed class RationaleWriting(string student, StudentPlan plan, RationaleSource source, IProcessGroup group)
{
    /// <summary>Throughput counts when thousands of rationales are written, not the wait for the first.</summary>
    private const int BatchSize = 128;

    private const int ChunkSize = 8 * BatchSize;

    /// <summary>Writes the rationales into a file that is there whole or not at all, and is left alone when it is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellationToken">Stops within one decoding step; a later call goes on with the next chunk.</param>
    public async Task WriteAsync(string path, IReadOnlyList<ScienceQuestion> questions, Action<double> progress, CancellationToken cancellationToken)
    {
        if (group.FromLeader(() => [File.Exists(path) ? (byte)1 : (byte)0])[0] == 1)
            return;

        // Chunks are whole files beside it: a kill costs the one that was being written.
        var aside = path + ".parts";
        var chunks = questions.Chunk(ChunkSize).ToArray();
        if (chunks.Length > 0)
        {
            var missing = group.FromLeader(() => [.. chunks.Select((_, i) => File.Exists(Part(aside, i)) ? (byte)0 : (byte)1)]);
            using var model = T5TextModel.Load(student, plan.MaxSourceTokens, new() { BatchSize = BatchSize, Device = plan.Base.DeviceName });
            for (int i = 0; i < chunks.Length; i++)
            {
                var part = Part(aside, i);
                if (missing[i] == 1)
                {
                    var written = await ExplainAsync(model, chunks[i], cancellationToken).ConfigureAwait(false);
                    if (group.IsLeader())
                        RunFolder.WriteRationales(part, written);
                }

                progress((i + 1.0) / chunks.Length);
            }
        }

        group.LeaderFirst(() =>
        {
            RunFolder.WriteRationales(path, chunks.SelectMany((_, i) => RunFolder.ReadLines(Part(aside, i))));
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
        });
    }

    private static string Part(string folder, int chunk) => Path.Combine(folder, $"{(chunk + 1).ToString("D6", CultureInfo.InvariantCulture)}.jsonl");

    private async Task<IEnumerable<RationaleLine>> ExplainAsync(T5TextModel model, ScienceQuestion[] questions, CancellationToken cancellationToken)
    {
        var samples = new List<IReadOnlyList<string>>(source.PerQuestion);
        for (int sample = 0; sample < source.PerQuestion; sample++)
        {
            var search = new GenerationOptions { MaxNewTokens = plan.MaxTargetTokens };
            if (sample > 0)
                search = search with { Sample = true, TopK = 0, Temperature = source.Temperature, Seed = unchecked(source.Seed * 1000 + sample) };
            samples.Add(await group.Share(new T5RationaleStudent(model, search)).ExplainAsync(questions, cancellationToken).ConfigureAwait(false));
        }

        return questions.SelectMany((question, i) => samples.Select(rationales => new RationaleLine(question.Id, rationales[i])));
    }
}
