using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Distributed;
using SciCoT.IO;
using Spectre.Console;

namespace SciCoT.Cli;

/// <summary>Where the tool reads and writes: results go to standard output, everything else to standard error.</summary>
/// <param name="input">Standard input.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="group">The processes that work together; by default this one alone.</param>
internal sealed class ToolConsole(TextReader input, TextWriter output, TextWriter error, IProcessGroup? group = null)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private volatile IAnsiConsole? _live;

    public TextReader In => input;

    /// <summary>The data sets that the command's options name.</summary>
    public DatasetInputs Datasets { get; } = new();

    /// <summary>Standard output. Nothing that a terminal would obey gets through.</summary>
    public TextWriter Out { get; } = new TerminalWriter(output);

    /// <summary>Standard error. Nothing that a terminal would obey gets through.</summary>
    public TextWriter Error { get; } = new TerminalWriter(error);

    /// <summary>Whether a person watches, who wants to see bars move.</summary>
    private bool IsWatched => Group.Size == 1 && !Console.IsErrorRedirected;

    /// <summary>The processes that work together.</summary>
    public IProcessGroup Group { get; } = group ?? ProcessGroup.Single;

    /// <summary>Why the command failed; <see langword="null"/> where it did not.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Writes a message for a person; above the progress bars where there are any.</summary>
    public void Notify(string message)
    {
        if (_live is { } live)
            live.WriteLine(TerminalWriter.Escape(message));
        else
            Error.WriteLine(message);
    }

    /// <summary>Writes a result for a machine, on one line.</summary>
    public void WriteJson(JsonNode json) => Out.WriteLine(JsonNumber.Finite(json)!.ToJsonString(OneLine));

    /// <summary>Writes a result for a machine or, one name and value a line, for a person.</summary>
    public void Write(JsonObject result, bool asJson)
    {
        if (asJson)
            WriteJson(result);
        else
            WriteLines(result, "");
    }

    /// <summary>
    /// Runs long work under progress bars with the time that is left; where nobody watches, as in a log, a line tells of it every
    /// half minute.
    /// </summary>
    public async Task<T> WithProgressAsync<T>(Func<ReportProgress, Task<T>> work)
    {
        if (!IsWatched)
            return await work(new ProgressLines(Error, TimeProvider.System).Report);

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        _live = console;
        try
        {
            return await RunAsync(console, work);
        }
        finally
        {
            _live = null;
        }
    }

    private static Task<T> RunAsync<T>(IAnsiConsole console, Func<ReportProgress, Task<T>> work)
    {
        var line = new ProgressLine();
        return console.Progress()
            .AutoClear(true)
            .Columns(line)
            .StartAsync(async context =>
            {
                var tasks = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                return await work((name, done, total, detail) =>
                {
                    lock (tasks)
                    {
                        if (!tasks.TryGetValue(name, out var task))
                            tasks[name] = task = context.AddTask(TerminalWriter.Escape(name));
                        task.MaxValue = Math.Max(total, 1e-9);
                        task.Value = done;
                        if (detail is not null)
                            line.SetDetail(task, TerminalWriter.Escape(detail));
                    }
                });
            });
    }

    private void WriteLines(JsonObject result, string indent)
    {
        foreach (var (name, value) in result)
        {
            switch (value)
            {
                case JsonObject part:
                    Out.WriteLine($"{indent}{name}:");
                    WriteLines(part, indent + "  ");
                    break;
                case JsonArray rows when rows.Any(row => row is JsonObject):
                    Out.WriteLine($"{indent}{name}:");
                    foreach (var row in rows.OfType<JsonObject>())
                        Out.WriteLine($"{indent}  {string.Join(", ", row.Select(cell => $"{cell.Key}: {Text(cell.Value)}"))}");
                    break;
                case JsonArray items:
                    Out.WriteLine($"{indent}{name}: {string.Join(", ", items.Select(Text))}");
                    break;
                default:
                    Out.WriteLine($"{indent}{name}: {Text(value)}");
                    break;
            }
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        JsonValue text when text.TryGetValue(out string? plain) => plain,
        JsonValue number when !number.TryGetValue(out long _) && number.TryGetValue(out double fraction) && double.IsFinite(fraction) => Rounded(fraction),
        _ => JsonNumber.Finite(value)?.ToJsonString(OneLine) ?? "none",
    };

    /// <summary>A number for people; machines get all of its digits.</summary>
    private static string Rounded(double number) => number.ToString(Math.Abs(number) is > 0 and < 0.001 ? "0.##e-0" : "0.####", CultureInfo.InvariantCulture);
}
