using System.Text;
using System.Text.Json;
using SciCoT.Prompting;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;

namespace SciCoT.Tests.Teaching;

/// <summary>What a server sent, made from public reports, and what is expected of it.</summary>
public sealed record ReplyCase(string Name, IReadOnlyList<RawReply> Replies, string Expected)
{
    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "Data", "Teaching", "replies.jsonl");

    public static IReadOnlyList<ReplyCase> All { get; } = [.. System.IO.File.ReadLines(File).Select(Parse)];

    public ScienceQuestion Question
    {
        get
        {
            var question = ScienceQuestion.Create("Which keeps its own shape?", "ice", "steam");
            return Name.StartsWith("num", StringComparison.Ordinal) ? question with { Choices = [new("1", "ice"), new("2", "steam")] } : question;
        }
    }

    public TeacherPrompt Prompt => TeacherPrompt.FewShot with { Form = IsJson ? TeacherReplyForm.Json : TeacherReplyForm.Text };

    public bool IsJson => Name.StartsWith("json", StringComparison.Ordinal);

    public string Label => Name.StartsWith("num", StringComparison.Ordinal) ? "1" : "A";

    /// <summary>A server that sends the replies in turn, and the last one again.</summary>
    public Task<ChatServer> StartServerAsync()
    {
        // The file holds the error alone; the whole reply that follows is another case's.
        IReadOnlyList<RawReply> replies = Name == "err200-then-ok" ? [.. Replies, .. All.Single(one => one.Name == "bomjson").Replies] : Replies;
        return ChatServer.StartAsync(call => new() { Raw = replies[Math.Min(call.Number, replies.Count - 1)] });
    }

    public override string ToString() => Name;

    private static ReplyCase Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new(
            root.GetProperty("name").GetString()!,
            [.. root.GetProperty("replies").EnumerateArray().Select(reply => new RawReply(reply.GetProperty("status").GetInt32(), Encoding.UTF8.GetBytes(reply.GetProperty("body").GetString()!))
            {
                Headers = reply.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!),
            })],
            root.GetProperty("expected").GetString()!);
    }
}
