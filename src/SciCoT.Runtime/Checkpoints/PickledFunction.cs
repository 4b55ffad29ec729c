using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>A function that a pickle may name. None is called: what it would make is noted.</summary>
internal sealed class PickledFunction
{
    private static readonly Dictionary<string, string> StorageDtypes = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = "F64",
        ["FloatStorage"] = "F32",
        ["HalfStorage"] = "F16",
        ["BFloat16Storage"] = "BF16",
        ["LongStorage"] = "I64",
        ["IntStorage"] = "I32",
        ["ShortStorage"] = "I16",
        ["CharStorage"] = "I8",
        ["ByteStorage"] = "U8",
        ["BoolStorage"] = "BOOL",
        ["ComplexFloatStorage"] = "C64",
    };

    private static readonly HashSet<string> Dtypes = new(StringComparer.Ordinal)
    {
        "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64",
    };

    /// <summary>One object for each function, however often a file names it.</summary>
    private static readonly Dictionary<(string, string), PickledFunction> Known = new[]
    {
        new PickledFunction(Kind.Dictionary, "collections", "OrderedDict"),
        new PickledFunction(Kind.Tensor, "torch._utils", "_rebuild_tensor_v2"),
        new PickledFunction(Kind.Tensor, "torch._utils", "_rebuild_tensor"),
        new PickledFunction(Kind.Parameter, "torch._utils", "_rebuild_parameter"),
        new PickledFunction(Kind.Parameter, "torch._utils", "_rebuild_parameter_with_state"),
        new PickledFunction(Kind.Size, "torch", "Size"),
        new PickledFunction(Kind.Device, "torch", "device"),
    }
    .Concat(StorageDtypes.Keys.Select(name => new PickledFunction(Kind.Storage, "torch", name)))
    .Concat(Dtypes.Select(name => new PickledFunction(Kind.Dtype, "torch", name)))
    .ToDictionary(function => (function._module, function._name));

    private readonly Kind _kind;
    private readonly string _module;
    private readonly string _name;

    private PickledFunction(Kind kind, string module, string name) => (_kind, _module, _name) = (kind, module, name);

    private enum Kind
    {
        Dictionary,
        Tensor,
        Parameter,
        Storage,
        Size,
        Device,
        Dtype,
    }

    /// <summary>The function of a name.</summary>
    /// <exception cref="InvalidFileException">It is none of those that tensors need.</exception>
    public static PickledFunction Of(string module, string name) => Known.TryGetValue((module, name), out var function)
        ? function
        : throw new InvalidFileException($"the pickle asks for {ForeignText.Shown(module)}.{ForeignText.Shown(name)}, which is refused: only tensors are read, and nothing is executed. "
            + "If you trust the file, load it in Python and save the model with save_pretrained.");

    /// <summary>What a call would make.</summary>
    /// <exception cref="InvalidFileException">The function does not take these arguments.</exception>
    public static object Note(object function, object arguments) => (function, arguments) switch
    {
        (PickledFunction { _kind: Kind.Dictionary }, object[] { Length: 0 }) => new PickledDictionary(),
        (PickledFunction { _kind: Kind.Tensor }, object[] { Length: >= 4 and <= 7 } a) when a is [PickledStorage storage, long offset, object[] shape, object[] strides, ..] =>
            PickledTensor.Create(storage, offset, Numbers(shape), Numbers(strides)),
        (PickledFunction { _kind: Kind.Parameter }, object[] { Length: 3 or 4 } a) when a is [PickledTensor tensor, ..] => tensor,
        (PickledFunction { _kind: Kind.Size }, object[] { Length: 1 } a) when a is [object[] size] => size,
        (PickledFunction { _kind: Kind.Device } device, object[] { Length: <= 2 }) => device,
        _ => throw new InvalidFileException($"the pickle calls {PickledDictionary.Describe(function)} with {PickledDictionary.Describe(arguments)}, which is refused."),
    };

    /// <summary>The storage that a persistent identifier stands for.</summary>
    /// <exception cref="InvalidFileException">It stands for none.</exception>
    public static PickledStorage Storage(object id) =>
        id is object[] { Length: >= 5 } and ["storage", PickledFunction { _kind: Kind.Storage } type, string key, string, long elements, ..] && elements >= 0
            ? new PickledStorage(key, StorageDtypes[type._name], elements)
            : throw new InvalidFileException($"the pickle refers to {PickledDictionary.Describe(id)}; expected ('storage', type, key, device, elements).");

    public override string ToString() => $"{_module}.{_name}";

    private static long[] Numbers(object[] values) => Array.ConvertAll(
        values, value => value is long number ? number : throw new InvalidFileException($"a dimension is {PickledDictionary.Describe(value)}; expected a number."));
}
