using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SciCoT.Cli;

/// <summary>Progress on one line of a terminal, however narrow it is: name, bar, share, time that is left, details. What does not fit is cut at its end.</summary>
internal sealed class ProgressLine : ProgressColumn
{
    private const int BarWidth = 20;

    /// <summary>Below this width the bar gives its place to the details.</summary>
    private const int WidthWithBar = 72;

    /// <summary>What share and time take at most.</summary>
    private const int FiguresWidth = 20;

    private readonly ConcurrentDictionary<int, string> _details = [];

    protected override bool NoWrap => true;

    /// <summary>Sets what stands behind the figures.</summary>
    public void SetDetail(ProgressTask task, string detail) => _details[task.Id] = detail;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        var line = Format(task.Description, _details.GetValueOrDefault(task.Id), task.Percentage / 100, task.IsFinished ? null : task.RemainingTime, options.ConsoleSize.Width - 1, options.Unicode);
        return new Text(line) { Overflow = Overflow.Crop };
    }

    /// <summary>The line.</summary>
    /// <param name="name">The work.</param>
    /// <param name="detail">What else a person wants to know.</param>
    /// <param name="share">How much is done, from 0 to 1.</param>
    /// <param name="left">The time that is left, where it can be told.</param>
    /// <param name="width">The most letters.</param>
    /// <param name="isUnicode">Whether the terminal has more letters than ASCII.</param>
    public static string Format(string name, string? detail, double share, TimeSpan? left, int width, bool isUnicode)
    {
        var (filled, empty, cut) = isUnicode ? ('━', '─', "…") : ('#', '-', "...");
        int letters = Math.Max(8, width - FiguresWidth);
        if (name.Length > letters) // the end of a file's name tells more than its middle
            name = string.Concat(name.AsSpan(0, letters / 2), cut, name.AsSpan(name.Length - (letters - (letters / 2) - cut.Length)));
        int done = (int)(Math.Clamp(share, 0, 1) * BarWidth);
        var bar = width < WidthWithBar ? "" : $"{new string(filled, done)}{new string(empty, BarWidth - done)} ";
        var line = string.Create(CultureInfo.InvariantCulture, $"{name} {bar}{Math.Floor(100 * share):0} %{(left is { } span ? $@", {(int)span.TotalHours}:{span:mm\:ss} left" : "")}{(detail is null ? "" : $", {detail}")}");
        return line.Length <= width ? line : string.Concat(line.AsSpan(0, Math.Max(0, width - cut.Length)), cut);
    }
}
