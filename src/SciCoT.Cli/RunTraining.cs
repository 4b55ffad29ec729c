using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.IO;

namespace SciCoT.Cli;

/// <summary>How the students of a run folder were trained, for a report on their answers.</summary>
internal static class RunTraining
{
    /// <summary>Adds losses, steps, seconds and parameters where the model folder is a run folder that was finished.</summary>
    public static SystemResult AddTo(SystemResult result, string directory, ToolConsole console)
    {
        if (DistillationRun.Find(directory) is null || new RunFolder(directory) is var folder && !File.Exists(folder.Report))
            return result;
        DistillationReport report;
        try
        {
            report = RunFolder.Read(folder.Report, RunJson.Default.DistillationReport);
        }
        catch (InvalidFileException e)
        {
            console.Notify($"The report has no training curves, since the run's own could not be read: {e.Message}");
            return result;
        }

        (string Name, StudentReport Report)[] students = [("rationale student", report.RationaleStudent), ("answer student", report.AnswerStudent)];
        return result with
        {
            Parameters = students.Sum(student => student.Report.Parameters),
            TrainingSteps = students.Sum(student => student.Report.Steps) + report.FoldStudents.Sum(fold => fold.Steps),
            TrainingSeconds = students.Sum(student => student.Report.Seconds) + report.FoldStudents.Sum(fold => fold.Seconds),
            Training = [.. students.Select(student => new TrainingCurve(student.Name, student.Report.Curve))],
        };
    }
}
