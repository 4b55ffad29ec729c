using System.Security.Cryptography;
using System.Text;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation;

/// <summary>Rows of data sets as questions, in the order of choices that lm-evaluation-harness has, and its hash of texts.</summary>
internal static class HarnessRows
{
    public static ScienceQuestion[] Read(string path) => [.. QuestionReader.Read(path, new() { RightLast = true }).Select(row => row.Question)];

    public static ScienceQuestion[] Read(TempFolder folder, string name, IEnumerable<string> rows)
    {
        var path = folder.File(name + ".jsonl");
        File.WriteAllLines(path, rows);
        return Read(path);
    }

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
