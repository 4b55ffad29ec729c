using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SciCoT.Evaluation.Reports.Charts;
using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports;

/// <summary>
/// The report as one page: no other file, no network, no script but its own few lines, which the content policy names by their
/// hash, so that nothing in a question or a rationale could ever run.
/// </summary>
internal static class HtmlReport
{
    private const string ExamplesId = "Examples", ExamplesTitle = "Questions and answers", MethodsId = "Methods", MethodsTitle = "How it was computed";

    /// <summary>With charts of more systems' rationales the first folded part would stand more than 3,000 pixels down a phone's page.</summary>
    private const int MostUnfolded = 2;

    /// <summary>A longer title is a sentence, such as a verdict: it is set smaller.</summary>
    private const int LongTitle = 80;

    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    public static string Render(EvaluationReport report, IReadOnlyList<ReportExample> examples)
    {
        var page = new StringBuilder();
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(report.Title)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <header>
            <h1{(report.Title.Length > LongTitle ? " class=\"sentence\"" : "")}>{Heading(report.Title)}</h1>
            <p class="lead">{Text(report.DataSet)} · {Count(report.Questions)} questions · SciCoT {Text(report.Library)}</p>

            """);
        if (report.Command is not null)
            page.Append(CultureInfo.InvariantCulture, $"<pre><code>{Text(report.Command)}</code></pre>\n");
        AppendList("notes", report.Notes);
        page.Append("</header>\n");
        var sections = ReportSections.Of(report);
        AppendContents([.. sections.Select(section => ($"{section.Kind}", section.Title)), .. examples.Count > 0 ? [(ExamplesId, ExamplesTitle)] : Array.Empty<(string, string)>(), (MethodsId, MethodsTitle)]);
        page.Append("<main>\n");
        foreach (var section in sections)
        {
            AppendPart($"{section.Kind}", section.Title, IsFolded(section.Kind, report), () =>
            {
                page.Append(CultureInfo.InvariantCulture, $"<p>{Text(section.Remark)}</p>\n");
                AppendCharts(Charts(section.Kind, report));
                AppendTable(section);
            });
        }

        if (examples.Count > 0)
            AppendPart(ExamplesId, ExamplesTitle, isFolded: true, () => AppendExamples(report, examples));
        AppendPart(MethodsId, MethodsTitle, isFolded: true, () => AppendList("methods", ReportSections.Methods(report)));
        page.Append(CultureInfo.InvariantCulture, $"</main>\n<script>{Script}</script>\n</body>\n</html>\n");
        return page.ToString();

        void AppendContents(IReadOnlyList<(string Id, string Title)> parts) =>
            page.Append("<nav aria-label=\"Contents\"><ul>").AppendJoin("", parts.Select(part => $"<li><a href=\"#{part.Id}\">{Text(part.Title)}</a></li>")).Append("</ul></nav>\n");

        void AppendPart(string id, string title, bool isFolded, Action appendContent)
        {
            page.Append(CultureInfo.InvariantCulture, $"<section id=\"{id}\">\n");
            page.Append(CultureInfo.InvariantCulture, $"{(isFolded ? "<details>\n<summary>" : "")}<h2>{Text(title)}</h2>{(isFolded ? "</summary>" : "")}\n");
            appendContent();
            page.Append(isFolded ? "</details>\n</section>\n" : "</section>\n");
        }

        void AppendList(string style, IReadOnlyList<string> sentences)
        {
            if (sentences.Count > 0)
                page.Append(CultureInfo.InvariantCulture, $"<ul class=\"{style}\">").AppendJoin("", sentences.Select(sentence => $"<li>{Text(sentence)}</li>")).Append("</ul>\n");
        }

        void AppendCharts(IEnumerable<string> charts)
        {
            var drawn = string.Join('\n', charts);
            if (drawn.Length > 0)
                page.Append(CultureInfo.InvariantCulture, $"<div class=\"charts\">\n{drawn}\n</div>\n");
        }

        void AppendTable(ReportSection section)
        {
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{Text(section.Title)}, table\"><table>\n<thead><tr>").AppendJoin("", section.Head.Select((cell, column) => $"<th scope=\"col\"{Alignment(column)}>{Text(cell)}</th>")).Append("</tr></thead>\n<tbody>\n");
            foreach (var row in section.Rows)
                page.Append("<tr>").AppendJoin("", row.Select((cell, column) => column == 0 ? $"<th scope=\"row\">{Text(cell)}</th>" : $"<td{Alignment(column)}>{Text(cell)}</td>")).Append("</tr>\n");
            page.Append("</tbody>\n</table></div>\n");

            // Figures stand at the right, below each other; words at the left.
            string Alignment(int column) => column > 0 && section.Rows.Any(row => row[column].Length > 0 && char.IsLetter(row[column][0])) ? " class=\"words\"" : "";
        }

        void AppendExamples(EvaluationReport report, IReadOnlyList<ReportExample> examples)
        {
            var systems = report.Systems.Select(system => system.System).ToArray();
            page.Append(CultureInfo.InvariantCulture, $"""
                <p>{Count(examples.Count)} questions. Half of them were answered wrongly by {Text(systems[^1])} where there are so many, so this choice says nothing about its accuracy. Of several seeds the first is shown.</p>
                <form id="filter" class="filter">
                <label>system <select id="filter-system">{string.Concat(systems.Select((system, i) => $"<option value=\"{i}\"{(i == systems.Length - 1 ? " selected" : "")}>{Text(system)}</option>"))}</select></label>
                <label>answered <select id="filter-result"><option value="all">rightly or wrongly</option><option value="right">rightly</option><option value="wrong">wrongly</option></select></label>
                <label>contains <input id="filter-text" type="search" autocomplete="off"></label>
                <output id="filter-count"></output>
                </form>
                <div id="examples">

                """);
            foreach (var example in examples)
                AppendExample(example, systems);
            page.Append("</div>\n");
        }

        void AppendExample(ReportExample example, string[] systems)
        {
            var results = example.Answers.Select(answer => $"data-s{Array.IndexOf(systems, answer.System)}=\"{(answer.Outcome.IsCorrect ? "right" : "wrong")}\"");
            page.Append(CultureInfo.InvariantCulture, $"<article {string.Join(' ', results)}>\n<h3 dir=\"auto\">{Text(example.Question.Stem)}</h3>\n");
            if (!string.IsNullOrWhiteSpace(example.Question.Context))
                page.Append(CultureInfo.InvariantCulture, $"<p class=\"context\" dir=\"auto\">{Text(example.Question.Context)}</p>\n");
            if (example.Question.Choices.Count > 0)
                page.Append("<ol class=\"choices\">").AppendJoin("", example.Question.Choices.Select(choice => $"<li{(choice.Label == example.Question.AnswerLabel ? " class=\"gold\">✓ " : ">")}<b>{Text(choice.Label)}</b> <bdi>{Text(choice.Text)}</bdi></li>")).Append("</ol>\n");
            else
                page.Append(CultureInfo.InvariantCulture, $"<p>Right: <bdi>{Text(example.Question.AnswerLabel ?? "")}</bdi></p>\n");
            if (example.Answers.Select(answer => answer.Outcome.TeacherRationale).FirstOrDefault(text => text is not null) is { } teachers)
                page.Append(CultureInfo.InvariantCulture, $"<p class=\"teacher\"><span>teacher</span> <bdi>{Text(teachers)}</bdi></p>\n");
            page.Append("<dl>\n");
            foreach (var (system, outcome) in example.Answers)
            {
                var before = outcome.ExtractionFailed ? "not readable: " : outcome.Label is null ? "" : $"{outcome.Label} ";
                page.Append(CultureInfo.InvariantCulture, $"<dt data-system=\"{Array.IndexOf(systems, system)}\" class=\"{(outcome.IsCorrect ? "right" : "wrong")}\">{Text(system)}</dt>\n<dd data-system=\"{Array.IndexOf(systems, system)}\"><span class=\"{(outcome.IsCorrect ? "right" : "wrong")}\">{(outcome.IsCorrect ? "✓" : "✗")} {Text(before)}<bdi>{Text(outcome.Text)}</bdi></span>");
                if (!string.IsNullOrWhiteSpace(outcome.Rationale))
                    page.Append(CultureInfo.InvariantCulture, $"<q dir=\"auto\">{Text(outcome.Rationale)}</q>");
                page.Append("</dd>\n");
            }

            page.Append("</dl>\n</article>\n");
        }
    }

    private static IEnumerable<string> Charts(ReportPart part, EvaluationReport report) => part switch
    {
        ReportPart.Accuracy => [AccuracyChart.Draw([.. report.Systems.Select(system => new AccuracyChart.Bar(system.System, system.Accuracy, system.Interval, system.SeedAccuracies))], report.Chance)],
        ReportPart.RationaleUse => report.Systems.Index().Where(system => system.Item.RationaleUse.Count > 0)
            .Select(system => RationaleUseChart.Draw(system.Item.System, [.. system.Item.RationaleUse.Select(use => (ReportSections.Name(use.Kind), use))], Colour(system.Index))),
        ReportPart.Calibration => report.Systems.Index().Where(system => system.Item.Calibration is not null)
            .Select(system => ReliabilityChart.Draw(system.Item.System, system.Item.Calibration!, Colour(system.Index))),
        ReportPart.Positions => report.Systems.Index().Where(system => system.Item.Positions is not null)
            .Select(system => PositionChart.Draw(system.Item.System, system.Item.Positions!, Colour(system.Index))),
        ReportPart.Training => ReportSections.Students(report)
            .Select(trained => TrainingChart.Draw($"{report.Systems[trained.System].System}: {trained.Student}", [.. trained.Seeds.Select(seed => seed.Points)], Colour(trained.System))),
        _ => [],
    };

    /// <summary>Whether a part shows its heading alone until a reader opens it. What the report is read for first stands open.</summary>
    private static bool IsFolded(ReportPart part, EvaluationReport report) => part switch
    {
        ReportPart.Accuracy or ReportPart.Comparisons or ReportPart.Harness => false,
        ReportPart.RationaleUse => report.Systems.Count(system => system.RationaleUse.Count > 0) > (report.Systems.Any(system => system.Harness is not null) ? MostUnfolded - 1 : MostUnfolded),
        _ => true,
    };

    private static string Colour(int system) => $"s{system % 8}";

    /// <summary>Text as text, in content and in attributes.</summary>
    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number and its percent sign stay on one line.</summary>
    private static string Heading(string text) => Text(text.Replace(" %", "\u00a0%", StringComparison.Ordinal));

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream($"SciCoT.Evaluation.Reports.{name}")
            ?? throw new InvalidOperationException($"The resource {name} is not in the library.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
