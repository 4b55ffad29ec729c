using System.Diagnostics;
using System.Globalization;
using SciCoT.IO;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>Adds up the processor time of all runs in a file; what a killed run took since its last save is not counted.</summary>
internal sealed class CpuBudget(string path)
{
    private readonly Lock _lock = new();
    private readonly double _before = File.Exists(path) ? double.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) : 0;

    public double Seconds { get; private set; } = File.Exists(path) ? double.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) : 0;

    public void Save()
    {
        lock (_lock)
        {
            using var process = Process.GetCurrentProcess();
            Seconds = _before + process.TotalProcessorTime.TotalSeconds;
            AtomicFile.WriteAllText(path, Seconds.ToString("0", CultureInfo.InvariantCulture));
        }
    }
}
