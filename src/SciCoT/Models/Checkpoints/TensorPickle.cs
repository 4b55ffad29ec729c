using System.Buffers.Binary;
using System.Text;

namespace SciCoT.Models.Checkpoints;

/// <summary>
/// Reads the pickle of a <c>torch.save</c>d state dictionary. A pickle is a program; this machine knows only the instructions
/// that build dictionaries, tuples, texts and numbers, and three functions by name: <c>collections.OrderedDict</c>,
/// <c>torch._utils._rebuild_tensor_v2</c> and <c>torch.…Storage</c>. Whatever else a file asks for is refused by its name;
/// nothing of the file is ever executed.
/// </summary>
internal ref struct TensorPickle
{
    private const int MaxStack = 1_000_000;
    private const int MaxText = 1 << 16;

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
    };

    private readonly ReadOnlySpan<byte> _code;
    private readonly List<object> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<int, object> _memo = [];
    private int _position;

    private TensorPickle(ReadOnlySpan<byte> code) => _code = code;

    /// <summary>A value that is nothing: None, and what is read past.</summary>
    private static object Nothing { get; } = new();

    /// <summary>The tensors by name, in the file's order.</summary>
    /// <exception cref="InvalidFileException">The pickle holds anything but tensors, or is damaged.</exception>
    public static IReadOnlyList<KeyValuePair<string, PickledTensor>> Read(ReadOnlySpan<byte> code)
    {
        var machine = new TensorPickle(code);
        var result = machine.Run();
        if (result is not Table table)
            throw new InvalidFileException($"expected a dictionary of tensors, found {Describe(result)}.");
        var tensors = new List<KeyValuePair<string, PickledTensor>>(table.Items.Count);
        foreach (var (name, value) in table.Items)
        {
            tensors.Add(value is PickledTensor tensor
                ? new(name, tensor)
                : throw new InvalidFileException($"'{name}' is {Describe(value)}; expected a tensor. A training state is no model: take the file that save_pretrained writes."));
        }

        return tensors;
    }

    private object Run()
    {
        while (true)
        {
            int at = _position;
            byte code = Byte();
            switch (code)
            {
                case 0x80: // PROTO
                    if (Byte() is var version and not 2)
                        throw new InvalidFileException($"pickle protocol {version}; torch.save writes protocol 2.");
                    break;
                case (byte)'c': // GLOBAL
                    Push(Global(Line(), Line()));
                    break;
                case (byte)'(': // MARK
                    _marks.Add(_stack.Count);
                    break;
                case (byte)'}': // EMPTY_DICT
                    Push(new Table());
                    break;
                case (byte)')': // EMPTY_TUPLE
                    Push(Array.Empty<object>());
                    break;
                case (byte)'t': // TUPLE
                    Push(PopToMark());
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                    Push(PopMany(code - 0x84));
                    break;
                case (byte)'X': // BINUNICODE
                    Push(Text(Bytes(4)));
                    break;
                case (byte)'J': // BININT
                    Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                    break;
                case (byte)'K': // BININT1
                    Push((long)Byte());
                    break;
                case (byte)'M': // BININT2
                    Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                    break;
                case 0x8a: // LONG1
                    Push(Long(Bytes(Byte())));
                    break;
                case (byte)'G': // BINFLOAT
                    _ = Bytes(8);
                    Push(Nothing);
                    break;
                case (byte)'N' or 0x88 or 0x89: // NONE, NEWTRUE, NEWFALSE
                    Push(Nothing);
                    break;
                case (byte)'q': // BINPUT
                    Memorize(Byte());
                    break;
                case (byte)'r': // LONG_BINPUT
                    Memorize(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                    break;
                case (byte)'h': // BINGET
                    Push(Remember(Byte()));
                    break;
                case (byte)'j': // LONG_BINGET
                    Push(Remember(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))));
                    break;
                case (byte)'Q': // BINPERSID
                    Push(Storage(Pop()));
                    break;
                case (byte)'R': // REDUCE
                    {
                        var arguments = Pop();
                        Push(Call(Pop(), arguments));
                        break;
                    }

                case (byte)'s': // SETITEM
                    SetItems(PopMany(2));
                    break;
                case (byte)'u': // SETITEMS
                    SetItems(PopToMark());
                    break;
                case (byte)'b': // BUILD: torch hangs the versions of modules on the dictionary
                    _ = Pop();
                    if (Peek() is not Table)
                        throw new InvalidFileException($"byte {at}: attributes for {Describe(Peek())}; only a dictionary of tensors has some here.");
                    break;
                case (byte)'.': // STOP
                    return Pop();
                default:
                    throw new InvalidFileException($"byte {at}: the pickle instruction 0x{code:x2} is refused: a dictionary of tensors does without.");
            }
        }
    }

    private static Function Global(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => new Function(FunctionKind.Dictionary, name),
        ("torch._utils", "_rebuild_tensor_v2") => new Function(FunctionKind.Tensor, name),
        ("torch", _) when StorageDtypes.ContainsKey(name) => new Function(FunctionKind.Storage, name),
        _ => throw new InvalidFileException($"the pickle asks for {Shown(module)}.{Shown(name)}, which is refused: only tensors are read, and nothing is executed."),
    };

    private static object Call(object function, object arguments) => (function, arguments) switch
    {
        (Function { Kind: FunctionKind.Dictionary }, object[] { Length: 0 }) => new Table(),
        (Function { Kind: FunctionKind.Tensor }, object[] { Length: 6 or 7 } a) when a is [PickledStorage storage, long offset, object[] shape, object[] strides, ..] =>
            PickledTensor.Create(storage, offset, Numbers(shape), Numbers(strides)),
        _ => throw new InvalidFileException($"the pickle calls {Describe(function)} with {Describe(arguments)}, which is refused."),
    };

    private static PickledStorage Storage(object id) =>
        id is object[] { Length: >= 5 } and ["storage", Function { Kind: FunctionKind.Storage } type, string key, string, long elements, ..] && elements >= 0
            ? new PickledStorage(key, StorageDtypes[type.Name], elements)
            : throw new InvalidFileException($"the pickle refers to {Describe(id)}; expected ('storage', type, key, device, elements).");

    private static long[] Numbers(object[] values) =>
        [.. values.Select(value => value is long number ? number : throw new InvalidFileException($"a dimension is {Describe(value)}; expected a number."))];

    private readonly void SetItems(object[] items)
    {
        if (Peek() is not Table table || items.Length % 2 != 0)
            throw new InvalidFileException($"{items.Length} values for {Describe(Peek())}; expected names and values for a dictionary.");
        for (int i = 0; i < items.Length; i += 2)
        {
            var name = items[i] as string ?? throw new InvalidFileException($"a name is {Describe(items[i])}; expected a text.");
            if (!table.Names.Add(name))
                throw new InvalidFileException($"'{Shown(name)}' is there twice.");
            table.Items.Add(new(name, items[i + 1]));
        }
    }

    private readonly void Push(object value)
    {
        if (_stack.Count >= MaxStack)
            throw new InvalidFileException($"more than {MaxStack} values at a time; a dictionary of tensors does with fewer.");
        _stack.Add(value);
    }

    private readonly object Peek() => _stack.Count > Floor() ? _stack[^1] : throw Damaged();

    private readonly object Pop() => PopMany(1)[0];

    private readonly object[] PopMany(int count)
    {
        int start = _stack.Count - count;
        if (start < Floor())
            throw Damaged();
        object[] values = [.. _stack[start..]];
        _stack.RemoveRange(start, count);
        return values;
    }

    private readonly object[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Damaged();
        var values = PopMany(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    /// <summary>What lies below the last mark is out of reach.</summary>
    private readonly int Floor() => _marks.Count > 0 ? _marks[^1] : 0;

    private readonly void Memorize(int index)
    {
        if (index < 0 || _memo.Count >= MaxStack)
            throw Damaged();
        _memo[index] = Peek();
    }

    private readonly object Remember(int index) => _memo.TryGetValue(index, out var value) ? value : throw Damaged();

    private byte Byte() => Bytes(1)[0];

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _code.Length - _position)
            throw Damaged();
        var bytes = _code.Slice(_position, count);
        _position += count;
        return bytes;
    }

    private string Text(ReadOnlySpan<byte> length)
    {
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(length);
        return count <= MaxText ? Encoding.UTF8.GetString(Bytes((int)count)) : throw new InvalidFileException($"a text of {count} bytes; names have at most {MaxText}.");
    }

    private string Line()
    {
        int length = _code[_position..].IndexOf((byte)'\n');
        if (length is < 0 or > 1024)
            throw Damaged();
        var line = Encoding.UTF8.GetString(Bytes(length));
        _position++;
        return line;
    }

    private static long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
            throw new InvalidFileException($"a number of {bytes.Length} bytes; sizes have at most {sizeof(long)}.");
        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    private readonly InvalidFileException Damaged() => new($"byte {_position}: the pickle is cut off or damaged.");

    private static string Describe(object value) => value switch
    {
        Function function => function.Name,
        Table => "a dictionary",
        object[] tuple => $"a tuple of {tuple.Length}",
        string text => $"the text '{Shown(text)}'",
        long number => $"the number {number}",
        PickledTensor => "a tensor",
        PickledStorage => "a storage",
        _ => "a value",
    };

    /// <summary>A name of the file, safe to print.</summary>
    private static string Shown(string text) =>
        string.Concat(text.Take(100).Select(c => char.IsControl(c) ? '?' : c));

    private enum FunctionKind
    {
        Dictionary,
        Tensor,
        Storage,
    }

    private sealed record Function(FunctionKind Kind, string Name);

    private sealed class Table
    {
        public List<KeyValuePair<string, object>> Items { get; } = [];

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
    }
}
