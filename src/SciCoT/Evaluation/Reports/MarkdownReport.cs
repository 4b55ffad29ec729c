using System.Globalization;
using System.Text;
using SciCoT.IO;
using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Evaluation.Reports;

/// <summary>The report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Render(EvaluationReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Escape(report.Title)}\n\n{Escape(report.DataSet)}. {Count(report.Questions)} questions.\n");
        if (report.Command is not null)
            text.Append(CultureInfo.InvariantCulture, $"\n```\n{report.Command.Replace("```", "", StringComparison.Ordinal)}\n```\n");
        AppendList(report.Notes);
        foreach (var section in ReportSections.Of(report))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Escape(section.Title)}\n\n{Escape(section.Remark)}\n\n");
            AppendRow(section.Head.Select(Escape));
            AppendRow(section.Head.Select((_, column) => column == 0 ? "---" : "---:"));
            foreach (var row in section.Rows)
                AppendRow(row.Select(Escape));
        }

        text.Append("\n## How it was computed\n");
        AppendList(ReportSections.Methods(report));
        return text.ToString();

        void AppendRow(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

        void AppendList(IReadOnlyList<string> sentences)
        {
            if (sentences.Count > 0)
                text.Append('\n');
            foreach (var sentence in sentences)
                text.Append(CultureInfo.InvariantCulture, $"- {Escape(sentence)}\n");
        }
    }

    private static string Escape(string text) => MarkdownText.Escape(text);
}
