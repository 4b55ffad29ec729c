using System.ComponentModel.DataAnnotations;

namespace WebDemo;

/// <summary>The section <c>Demo</c> of the configuration.</summary>
internal sealed class DemoOptions
{
    /// <summary>What the QuickStart left: <c>model/</c> with the two students and <c>direct-student/</c> with the one that does not reason.</summary>
    [Required]
    public string Directory { get; set; } = Path.Combine("artifacts", "quickstart");

    /// <summary>The longest question that is taken, in characters.</summary>
    [Range(10, 100_000)]
    public int MaxQuestionLength { get; set; } = 1000;

    /// <summary>Requests that are answered at a time.</summary>
    [Range(1, 1024)]
    public int ConcurrentRequests { get; set; } = 16;

    /// <summary>Requests that wait; further ones are turned away with status 429.</summary>
    [Range(0, 100_000)]
    public int WaitingRequests { get; set; } = 64;

    /// <summary>How long a request may take, in seconds.</summary>
    [Range(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;
}
