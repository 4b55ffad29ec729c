using System.Globalization;
using System.Text.Json;
using SciCoT.IO;
using SciCoT.Questions;
using SciCoT.Replies;

namespace SciCoT.Batches;

/// <summary>The folder of batches: for each one its state, its requests and its replies.</summary>
/// <remarks>
/// <c>0001.job.json</c> is the state; <c>0001.requests.jsonl</c> is what is uploaded; <c>0001.output.jsonl</c> and
/// <c>0001.errors.jsonl</c> are the service's files as they came. No file holds a key of the service.
/// </remarks>
internal sealed class BatchFolder : IDisposable
{
    private const string JobEnding = ".job.json";
    private const long MaxJobBytes = 1 << 20;

    private readonly string _directory;
    private readonly FolderLock _lock;
    private int _last;

    /// <summary>Takes a folder for this process.</summary>
    /// <exception cref="FolderInUseException">Another process has it.</exception>
    /// <exception cref="InvalidFileException">A job's file is damaged.</exception>
    public BatchFolder(string directory)
    {
        _directory = Path.GetFullPath(directory);
        Directory.CreateDirectory(_directory);
        _lock = FolderLock.Take(_directory);
        try
        {
            Jobs = [.. Directory.EnumerateFiles(_directory, "*" + JobEnding).Order(StringComparer.Ordinal).Select(Read)];
            _last = Jobs.Select(job => int.TryParse(job.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0).DefaultIfEmpty().Max();
            RemoveUnfinished();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The batches that were there at the start.</summary>
    public IReadOnlyList<BatchJob> Jobs { get; }

    public string RequestsOf(BatchJob job) => FileOf(job, ".requests.jsonl");

    public string OutputOf(BatchJob job) => FileOf(job, ".output.jsonl");

    public string ErrorsOf(BatchJob job) => FileOf(job, ".errors.jsonl");

    /// <summary>Writes a new batch: its requests first, so that a job that is there has them.</summary>
    /// <param name="endpoint">The service's address.</param>
    /// <param name="lines">Makes the requests' lines with their line ends, from the job's name.</param>
    public BatchJob Create(string endpoint, Func<string, IReadOnlyList<byte[]>> lines)
    {
        var name = Interlocked.Increment(ref _last).ToString("d4", CultureInfo.InvariantCulture);
        var requests = lines(name);
        var job = new BatchJob(name, Guid.NewGuid().ToString("N"), endpoint, requests.Count);
        using (var file = new AtomicFile.Pending(RequestsOf(job)))
        {
            foreach (var line in requests)
                file.Stream.Write(line);
            file.Commit();
        }

        Save(job);
        return job;
    }

    public void Save(BatchJob job) => AtomicFile.WriteAllBytes(FileOf(job, JobEnding), JsonSerializer.SerializeToUtf8Bytes(job, BatchJobJson.Default.BatchJob));

    /// <summary>Removes a batch that the service does not know.</summary>
    public void Remove(BatchJob job)
    {
        File.Delete(FileOf(job, JobEnding));
        File.Delete(RequestsOf(job));
    }

    /// <summary>The identifiers of a batch's requests.</summary>
    public IReadOnlyList<string> Ids(BatchJob job)
    {
        using var file = File.OpenHandle(RequestsOf(job));
        return [.. FileLine.ReadAll(file).Where(line => !line.IsTooLong).Select(line => Id(line.Bytes)).OfType<string>()];
    }

    /// <summary>The replies of a batch that has ended, in the service's order. A request that has several counts once.</summary>
    public IEnumerable<(string Id, BatchReply Reply, BatchPlace Place)> Replies(BatchJob job)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in new[] { OutputOf(job), ErrorsOf(job) })
        {
            if (!File.Exists(path))
                continue;
            using var file = File.OpenHandle(path);
            foreach (var line in FileLine.ReadAll(file))
            {
                if (!line.IsTooLong && BatchReply.Parse(line.Bytes) is var (id, reply) && seen.Add(id))
                    yield return (id, reply, new(path, line.Offset, line.Bytes.Length));
            }
        }
    }

    public void Dispose() => _lock.Dispose();

    private static BatchJob Read(string path)
    {
        var job = OutsideJson.Deserialize(OutsideJson.ReadBytes(path, MaxJobBytes), BatchJobJson.Default.BatchJob, path, "Remove the folder to ask everything again, or restore the file.");
        return job.Name + JobEnding == Path.GetFileName(path) ? job : throw new InvalidFileException($"{path}: is the state of '{job.Name}'; expected that of the file's own name. Restore the file's name.");
    }

    private static string? Id(ReadOnlyMemory<byte> line)
    {
        using var document = OutsideJson.Parse(line);
        return ResponseJson.Text(document.RootElement, "custom_id");
    }

    /// <summary>Removes what a kill left between the requests and the job.</summary>
    private void RemoveUnfinished()
    {
        var known = Jobs.Select(RequestsOf).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(_directory).Where(path => AtomicFile.IsAside(path) || (path.EndsWith(".requests.jsonl", StringComparison.Ordinal) && !known.Contains(path))))
            File.Delete(path);
    }

    private string FileOf(BatchJob job, string ending) => Path.Combine(_directory, job.Name + ending);
}
