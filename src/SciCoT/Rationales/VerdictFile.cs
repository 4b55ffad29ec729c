using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.IO;
using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>
/// Keeps what filters decided beside a store, one judgement a line: the key of a record, and each filter's verdict with its
/// reason.
/// </summary>
/// <remarks>
/// A store never changes what it holds, so verdicts lie in a file of their own. They cost nothing: after a change of the
/// filters, or when records were added, the records are judged anew and the file is written anew.
/// </remarks>
public static class VerdictFile
{
    private static readonly VerdictJsonContext Json = new(new JsonSerializerOptions(VerdictJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Writes judgements to a file, which is there whole or not at all: it is written aside, flushed and renamed.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="judgements">The judgements.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="IOException">The file could not be written; what was there before is unchanged.</exception>
    public static int Write(string path, IEnumerable<RationaleJudgement> judgements)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(judgements);

        int count = 0;
        using var file = new AtomicFile.Pending(path);
        foreach (var judgement in judgements)
        {
            file.Stream.Write(JsonSerializer.SerializeToUtf8Bytes(judgement, Json.RationaleJudgement));
            file.Stream.WriteByte((byte)'\n');
            count++;
        }

        file.Commit();
        return count;
    }

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The judgements in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">A row is no judgement.</exception>
    public static IEnumerable<RationaleJudgement> Read(string path) =>
        JsonLines.Read(path, Judgement, onBadRow: null);

    private static RationaleJudgement Judgement(JsonField row)
    {
        try
        {
            return OutsideJson.Deserialize(JsonMarshal.GetRawUtf8Value(row.Value), Json.RationaleJudgement);
        }
        catch (InvalidFileException e)
        {
            throw row.Bad($"is no judgement: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RationaleJudgement))]
internal sealed partial class VerdictJsonContext : JsonSerializerContext;
