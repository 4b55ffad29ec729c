using SciCoT.Checkpoints;
using SciCoT.Compute;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>Fills a model from a checkpoint: each value is read and looked at while it is in the cache.</summary>
/// <remarks>
/// Weights that stay as they are stored lie in one block of memory, of which they are views: one block can have large pages, and every
/// tensor begins on a cache line. What is stored otherwise, such as in a pickle or in another precision, is read tensor by tensor.
/// </remarks>
internal sealed unsafe class WeightReading : IDisposable
{
    private const int CacheLine = 64;

    private readonly T5Model _model;
    private readonly CheckpointFiles _files;
    private readonly string _place;
    private readonly List<TensorTarget> _targets = [];
    private readonly List<FiniteWeights> _checks = [];
    private readonly List<(Parameter Parameter, SafetensorsFile File, SafetensorsEntry Entry, FiniteWeights Check, long Offset)> _whole = [];
    private readonly DisposeScope _scope = NewDisposeScope();
    private long _bytes;

    /// <param name="model">The model, without values.</param>
    /// <param name="files">The checkpoint.</param>
    /// <param name="place">Its folder, for messages.</param>
    public WeightReading(T5Model model, CheckpointFiles files, string place) => (_model, _files, _place) = (model, files, place);

    /// <summary>Plans the reading of a parameter; what cannot be read in parts is read at once.</summary>
    /// <param name="parameter">The parameter; its shape is that of the stored tensor.</param>
    /// <param name="stored">The tensor's name in the checkpoint.</param>
    public void Add(Parameter parameter, string stored)
    {
        var precision = _model.Precision;
        if (_files.Stored(stored, TensorReading.TypeOf(precision)) is not { } source)
        {
            using var value = _files.Read(stored, precision);
            TensorReading.CheckFinite(value, stored, _place);
            parameter.set_(value);
            return;
        }

        var check = new FiniteWeights(stored, _place, parameter.shape, TensorReading.TypeOf(precision));
        _checks.Add(check);
        _whole.Add((parameter, source.File, source.Entry, check, _bytes));
        _bytes += (source.Entry.End - source.Entry.Begin + CacheLine - 1) / CacheLine * CacheLine;
    }

    /// <summary>Reads all that was planned.</summary>
    /// <exception cref="InvalidFileException">A file was cut off, or a value is NaN or infinite.</exception>
    public void Read()
    {
        int size = _model.Precision == ScalarType.Float32 ? sizeof(float) : sizeof(ushort);
        var block = empty([_bytes / size], dtype: _model.Precision);
        nint memory = _bytes == 0 ? 0 : (nint)TensorMemory.Address(block);
        HugePages.Advise(memory, _bytes);
        foreach (var (_, file, entry, check, offset) in _whole)
            _targets.Add(new TensorTarget(file, entry, (nint)((long)memory + offset), (values, start, bytes) => check.Look(values, start / size, bytes / size)));
        TensorParts.Read(_targets);
        foreach (var check in _checks)
            check.ThrowIfFound();

        foreach (var (parameter, _, entry, _, offset) in _whole)
        {
            using var part = block.narrow(0, offset / size, (entry.End - entry.Begin) / size);
            using var value = part.view(entry.Shape);
            parameter.set_(value);
        }
    }

    public void Dispose() => _scope.Dispose();
}
