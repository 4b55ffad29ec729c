using System.Text.RegularExpressions;
using SciCoT.Distributed;
using SciCoT.Models;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Training.DataParallel;

/// <summary>
/// Sums gradients over the ranks while the backward pass still runs: when a block's gradients are there, their bucket is summed, and the
/// blocks before it are computed meanwhile (arXiv 2006.15704).
/// </summary>
internal sealed partial class GradientBuckets : IDisposable
{
    /// <summary>Blocks of small models share a bucket of about so many numbers.</summary>
    private const long LeastNumbers = 1 << 20;

    private readonly T5Model _model;
    private readonly IProcessGroup _group;
    private readonly string[] _names;
    private readonly Tensor[] _parameters;
    private readonly GradientBucket[] _buckets; // in the order in which their gradients are there
    private readonly int[] _readyAt; // the tap after which each is
    private readonly (int Bucket, int Place)[] _places; // of the groups' parameters
    private int _next;

    /// <param name="model">The model.</param>
    /// <param name="groups">Its parameters that learn.</param>
    /// <param name="group">The ranks.</param>
    public GradientBuckets(T5Model model, IReadOnlyList<ParameterGroup> groups, IProcessGroup group)
    {
        (_model, _group) = (model, group);
        _names = [.. groups.SelectMany(g => g.Names)];
        _parameters = [.. groups.SelectMany(g => g.Parameters)];
        var order = Enumerable.Range(0, _names.Length).GroupBy(i => Tap(_names[i])).OrderBy(tap => tap.Key).ToArray();

        var members = new List<(int ReadyAt, List<int> Parameters)>();
        foreach (var tap in order)
        {
            bool small = members.Count > 0 && members[^1].Parameters.Sum(i => _parameters[i].numel()) < LeastNumbers;
            if (small)
                members[^1] = (tap.Key, [.. members[^1].Parameters, .. tap]);
            else
                members.Add((tap.Key, [.. tap]));
        }

        _readyAt = [.. members.Select(member => member.ReadyAt)];
        _buckets = [.. members.Select(member => new GradientBucket([.. member.Parameters.Select(i => _parameters[i])]))];
        _places = new (int, int)[_parameters.Length];
        foreach (var (number, member) in members.Index())
        {
            foreach (var (place, i) in member.Parameters.Index())
                _places[i] = (number, place);
        }
    }

    /// <summary>From the next forward pass on, buckets are summed as soon as its backward pass has their gradients.</summary>
    public void Watch() => _model.WatchGradients((isDecoder, block) => BeginReady(Tap(isDecoder, block)));

    /// <summary>Sums what is not summed yet, and waits for all.</summary>
    /// <param name="required">Whether every parameter must have a gradient: the rank had examples.</param>
    /// <returns>The sums, in the order of the groups' parameters; they last until <see cref="Release"/>.</returns>
    /// <exception cref="InvalidOperationException">The loss does not depend on a parameter.</exception>
    public Tensor[] Finish(bool required)
    {
        _model.WatchGradients(null);
        if (required && Enumerable.Range(0, _parameters.Length).FirstOrDefault(i => IsMissing(i), -1) is >= 0 and var missing)
            throw WithoutGradient(_names[missing]);
        for (; _next < _buckets.Length; _next++)
            _buckets[_next].Begin(_group);
        _next = 0;
        foreach (var bucket in _buckets)
            bucket.Wait();
        Tensor[][] sums = [.. _buckets.Select(bucket => bucket.Sums.ToArray())];
        return [.. _places.Select(at => sums[at.Bucket][at.Place])];
    }

    /// <summary>Frees what the sums were computed in.</summary>
    public void Release()
    {
        _next = 0;
        foreach (var bucket in _buckets)
            bucket.Release();
    }

    public static InvalidOperationException WithoutGradient(string name) =>
        new($"{name} has no gradient: the model's loss does not depend on it. Freeze it (requires_grad = false).");

    public void Dispose()
    {
        _model.WatchGradients(null);
        foreach (var bucket in _buckets)
            bucket.Dispose();
    }

    /// <summary>All ranks begin the buckets in one order; one that has no gradients yet is left to the end, with those behind it.</summary>
    private void BeginReady(int tap)
    {
        for (; _next < _buckets.Length && _readyAt[_next] <= tap && _buckets[_next].IsReady; _next++)
            _buckets[_next].Begin(_group);
    }

    private bool IsMissing(int parameter) => _places[parameter].Bucket >= _next && _parameters[parameter].grad is null;

    /// <summary>The place in the backward pass at which a parameter's gradient is there; what all blocks share is last.</summary>
    private int Tap(string name)
    {
        if (name.Contains("relative_attention_bias", StringComparison.Ordinal))
            return int.MaxValue;
        if (Block().Match(name) is { Success: true } block)
            return Tap(block.Groups["stack"].Value == "decoder", int.Parse(block.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        if (name.StartsWith("lm_head", StringComparison.Ordinal) || name.StartsWith("decoder.final_layer_norm", StringComparison.Ordinal))
            return 0;
        return name.StartsWith("encoder.final_layer_norm", StringComparison.Ordinal) ? Tap(isDecoder: false, _model.Config.EncoderLayers - 1) : int.MaxValue;
    }

    private int Tap(bool isDecoder, int block) => isDecoder
        ? _model.Config.DecoderLayers - 1 - block
        : _model.Config.DecoderLayers + _model.Config.EncoderLayers - 1 - block;

    [GeneratedRegex(@"(?<stack>encoder|decoder)\.block\.(?<number>[0-9]{1,9})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Block();
}
