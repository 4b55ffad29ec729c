using System.Threading.RateLimiting;
using SciCoT.Teaching.Decorators;

namespace SciCoT.Teaching;

/// <summary>
/// Puts what every paid teacher needs around one: <c>new TeacherBuilder(chat).UseBudget(…).UseRetry().UseRateLimit(…).UseTimeout(…).Build()</c>.
/// </summary>
/// <remarks>
/// What is added first is outermost, except that a budget is always asked within the retry: repeated calls cost money too. The order
/// above is the one that suits most: a repeated call waits for its turn like any other, and the timeout does not run while it waits.
/// </remarks>
/// <include file="Examples.xml" path="examples/TeacherBuilder/example"/>
public sealed class TeacherBuilder
{
    private readonly ITeacherPrompter _innermost;
    private readonly TimeProvider _time;
    private readonly List<Layer> _layers = [];

    /// <summary>Starts with the teacher that does the work.</summary>
    /// <param name="innermost">The teacher.</param>
    /// <param name="time">The clock of everything that waits; the system's by default.</param>
    public TeacherBuilder(ITeacherPrompter innermost, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(innermost);
        _innermost = innermost;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Adds a layer of the caller's own.</summary>
    /// <param name="layer">Wraps the teacher that it is given.</param>
    public TeacherBuilder Use(Func<ITeacherPrompter, ITeacherPrompter> layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _layers.Add(new(layer, LayerKind.Other));
        return this;
    }

    /// <summary>Asks for the rationale first and for the answer in a second call. For prompts with <see cref="Prompting.TeacherReplyForm.TwoSteps"/>; to be added first.</summary>
    public TeacherBuilder UseTwoSteps() => Use(inner => new TwoStepTeacher(inner));

    /// <summary>
    /// Stops when a number of tokens or an amount of money is spent. Each call, a repeated one too, reserves what it will presumably
    /// take before it starts.
    /// </summary>
    /// <param name="budget">The budget, which may be shared with other teachers.</param>
    public TeacherBuilder UseBudget(TeacherBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        _layers.Add(new(inner => new BudgetTeacher(inner, budget, _time, (_innermost as ChatClientTeacher)?.MaxOutputTokens), LayerKind.Budget));
        return this;
    }

    /// <summary>Asks again after faults that pass: after the time that the service names, or with exponential backoff and jitter.</summary>
    /// <param name="options">How often and how soon; the defaults where this is left out.</param>
    public TeacherBuilder UseRetry(TeacherRetryOptions? options = null)
    {
        _layers.Add(new(inner => new RetryTeacher(inner, options ?? new(), _time), LayerKind.Retry));
        return this;
    }

    /// <summary>Keeps to requests and tokens a minute.</summary>
    /// <param name="limits">The service's limits.</param>
    public TeacherBuilder UseRateLimit(TeacherRateLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return Use(inner => new RateLimitTeacher(inner, limits, _time));
    }

    /// <summary>Asks for one permit a call and gives it back after the reply.</summary>
    /// <param name="limiter">A limiter of the caller's, who disposes of it.</param>
    public TeacherBuilder UseRateLimiter(RateLimiter limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        return Use(inner => new PermitTeacher(inner, limiter, ownsLimiter: false));
    }

    /// <summary>Lets only so many calls be under way at a time; the others wait in their order.</summary>
    /// <param name="maxCalls">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public TeacherBuilder UseConcurrencyLimit(int maxCalls)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCalls);
        return Use(inner => new PermitTeacher(inner, new ConcurrencyLimiter(new() { PermitLimit = maxCalls, QueueLimit = int.MaxValue }), ownsLimiter: true));
    }

    /// <summary>Gives up a call that takes too long.</summary>
    /// <param name="timeout">The longest that a call may take.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public TeacherBuilder UseTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        return Use(inner => new TimeoutTeacher(inner, timeout, _time, (_innermost as ChatClientTeacher)?.Place));
    }

    /// <summary>Makes the teacher. It may be called several times; each teacher has limits of its own, budgets are shared.</summary>
    public ITeacherPrompter Build() =>
        Enumerable.Reverse(Ordered()).Aggregate(_innermost, (inner, layer) => layer.Wrap(inner)
            ?? throw new InvalidOperationException("A layer of the teacher was made as null; a layer returns the teacher it is given, wrapped or not."));

    /// <summary>The layers as they were added, but budgets within the retry: repeated calls cost money too.</summary>
    private List<Layer> Ordered()
    {
        int retry = _layers.FindLastIndex(layer => layer.Kind == LayerKind.Retry);
        if (retry < 0)
            return _layers;
        Layer[] budgets = [.. _layers.Take(retry).Where(layer => layer.Kind == LayerKind.Budget)];
        return [.. _layers.Take(retry + 1).Except(budgets), .. budgets, .. _layers.Skip(retry + 1)];
    }

    private enum LayerKind
    {
        Other,
        Budget,
        Retry,
    }

    private sealed record Layer(Func<ITeacherPrompter, ITeacherPrompter> Wrap, LayerKind Kind);
}
