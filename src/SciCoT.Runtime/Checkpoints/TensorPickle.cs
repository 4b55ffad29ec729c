using System.Buffers.Binary;
using System.Text;
using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>
/// Reads the pickle of a <c>torch.save</c>d state dictionary. A pickle is a program; this machine knows only the instructions that
/// build dictionaries, lists, tuples, texts and numbers, and a few functions by name, which it does not call: it notes that a
/// tensor is meant. Whatever else a file asks for is refused by its name; nothing of the file is ever executed.
/// </summary>
/// <remarks>Time is linear in the pickle's length; memory is at most three times it and a fixed amount.</remarks>
internal ref struct TensorPickle
{
    private const int MaxStack = 250_000;
    private const int MaxText = 1 << 16;
    private const long FixedMemory = 48 << 20;

    private static readonly object[] SmallNumbers = [.. Enumerable.Range(0, 1024).Select(i => (object)(long)i)];

    private readonly ReadOnlySpan<byte> _code;
    private readonly List<object> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<int, object> _memo = [];
    private int _position;
    private long _memory;

    private TensorPickle(ReadOnlySpan<byte> code)
    {
        _code = code;
        _memory = FixedMemory + (3L * code.Length);
    }

    /// <summary>A value that is nothing: None, a list, and what is read past.</summary>
    private static object Nothing { get; } = new();

    /// <summary>The tensors by name, in the file's order.</summary>
    /// <exception cref="InvalidFileException">The pickle holds no state dictionary, asks for anything but tensors, or is damaged.</exception>
    public static IReadOnlyList<KeyValuePair<string, PickledTensor>> Read(ReadOnlySpan<byte> code)
    {
        var machine = new TensorPickle(code);
        return PickledDictionary.Tensors(machine.Run());
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
                    if (Byte() is var version and not (>= 2 and <= 5))
                        throw new InvalidFileException($"pickle protocol {version}; torch.save writes 2 to 5.");
                    break;
                case 0x95: // FRAME
                    _ = Bytes(8);
                    break;
                case (byte)'c': // GLOBAL
                    Push(PickledFunction.Of(Line(), Line()));
                    break;
                case 0x93: // STACK_GLOBAL
                    {
                        var names = PopMany(2);
                        Push(names is [string module, string name] ? PickledFunction.Of(module, name) : throw new InvalidFileException($"byte {at}: a function's name is {PickledDictionary.Describe(names[1])}; expected a text."));
                        break;
                    }

                case (byte)'(': // MARK
                    if (_marks.Count >= MaxStack)
                        throw TooMany();
                    _marks.Add(_stack.Count);
                    break;
                case (byte)'}': // EMPTY_DICT
                    Take(24);
                    Push(new PickledDictionary());
                    break;
                case (byte)'d': // DICT
                    {
                        var items = PopToMark();
                        Take(24);
                        Push(new PickledDictionary());
                        SetItems(items);
                        break;
                    }

                case (byte)']' or 0x8f: // EMPTY_LIST, EMPTY_SET
                    Push(Nothing);
                    break;
                case (byte)'l' or 0x91: // LIST, FROZENSET
                    DropToMark();
                    Push(Nothing);
                    break;
                case (byte)'e' or 0x90: // APPENDS, ADDITEMS
                    DropToMark();
                    _ = Peek();
                    break;
                case (byte)'a': // APPEND
                    _ = Pop();
                    _ = Peek();
                    break;
                case (byte)'0': // POP
                    _ = Pop();
                    break;
                case (byte)'1': // POP_MARK
                    DropToMark();
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
                case (byte)'X' or (byte)'T': // BINUNICODE, BINSTRING
                    Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))));
                    break;
                case 0x8c or (byte)'U': // SHORT_BINUNICODE, SHORT_BINSTRING
                    Push(Text(Byte()));
                    break;
                case 0x8d: // BINUNICODE8
                    Push(Text(BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8))));
                    break;
                case (byte)'B': // BINBYTES
                    Skip(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)));
                    break;
                case (byte)'C': // SHORT_BINBYTES
                    Skip(Byte());
                    break;
                case 0x8e: // BINBYTES8
                    Skip(BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8)));
                    break;
                case (byte)'J': // BININT
                    PushNumber(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                    break;
                case (byte)'K': // BININT1
                    PushNumber(Byte());
                    break;
                case (byte)'M': // BININT2
                    PushNumber(BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                    break;
                case 0x8a: // LONG1
                    PushNumber(Long(Bytes(Byte())));
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
                case 0x94: // MEMOIZE
                    Memorize(_memo.Count);
                    break;
                case (byte)'h': // BINGET
                    Push(Remember(Byte()));
                    break;
                case (byte)'j': // LONG_BINGET
                    Push(Remember(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))));
                    break;
                case (byte)'Q': // BINPERSID
                    Take(64);
                    Push(PickledFunction.Storage(Pop()));
                    break;
                case (byte)'R': // REDUCE
                    {
                        var arguments = Pop();
                        var made = PickledFunction.Note(Pop(), arguments);
                        Take(made is PickledTensor ? 130 : 24);
                        Push(made);
                        break;
                    }

                case (byte)'s': // SETITEM
                    {
                        object value = Pop(), name = Pop();
                        SetItem(name, value);
                        break;
                    }

                case (byte)'u': // SETITEMS
                    SetItems(PopToMark());
                    break;
                case (byte)'b': // BUILD: torch hangs the versions of modules on the dictionary
                    _ = Pop();
                    if (Peek() is not PickledDictionary)
                        throw new InvalidFileException($"byte {at}: attributes for {PickledDictionary.Describe(Peek())}; only a dictionary of tensors has some here.");
                    break;
                case (byte)'.': // STOP
                    return Pop();
                default:
                    throw new InvalidFileException($"byte {at}: the pickle instruction 0x{code:x2} is refused: a dictionary of tensors does without.");
            }
        }
    }

    private void SetItems(object[] items)
    {
        if (items.Length % 2 != 0)
            throw new InvalidFileException($"{items.Length} names and values for a dictionary; expected pairs.");
        _ = Peek();
        for (int i = 0; i < items.Length; i += 2)
            SetItem(items[i], items[i + 1]);
    }

    private void SetItem(object name, object value)
    {
        if (Peek() is not PickledDictionary dictionary)
            throw new InvalidFileException($"a name and a value for {PickledDictionary.Describe(Peek())}; expected a dictionary.");
        if (name is not string text)
            return; // an optimizer's state is by number
        Take(72);
        dictionary.Add(text, value);
    }

    private readonly void Push(object value)
    {
        if (_stack.Count >= MaxStack)
            throw TooMany();
        _stack.Add(value);
    }

    private void PushNumber(long number)
    {
        if (number >= 0 && number < SmallNumbers.Length)
        {
            Push(SmallNumbers[number]);
            return;
        }

        Take(24);
        Push(number);
    }

    private void Skip(ulong count)
    {
        if (count > (ulong)(_code.Length - _position))
            throw Damaged();
        _position += (int)count;
        Push(Nothing);
    }

    private readonly object Peek() => _stack.Count > Floor() ? _stack[^1] : throw Damaged();

    private readonly object Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object[] PopMany(int count)
    {
        int start = _stack.Count - count;
        if (start < Floor())
            throw Damaged();
        Take(24 + (8L * count));
        var values = new object[count];
        _stack.CopyTo(start, values, 0, count);
        _stack.RemoveRange(start, count);
        return values;
    }

    private object[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Damaged();
        var values = PopMany(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private readonly void DropToMark()
    {
        if (_marks.Count == 0)
            throw Damaged();
        _stack.RemoveRange(_marks[^1], _stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
    }

    /// <summary>What lies below the last mark is out of reach.</summary>
    private readonly int Floor() => _marks.Count > 0 ? _marks[^1] : 0;

    private void Memorize(int index)
    {
        if (index < 0)
            throw Damaged();
        if (!_memo.ContainsKey(index))
            Take(96); // the table grows by doubling, when the old one and the new one are there
        _memo[index] = Peek();
    }

    private readonly object Remember(int index) => _memo.TryGetValue(index, out var value) ? value : throw Damaged();

    /// <summary>Counts memory that a value takes.</summary>
    private void Take(long bytes)
    {
        _memory -= bytes;
        if (_memory < 0)
            throw new InvalidFileException($"byte {_position}: the values take more than three times the pickle's {_code.Length} bytes and {FixedMemory >> 20} MB; a dictionary of tensors does with less.");
    }

    private byte Byte() => Bytes(1)[0];

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _code.Length - _position)
            throw Damaged();
        var bytes = _code.Slice(_position, count);
        _position += count;
        return bytes;
    }

    private string Text(ulong count)
    {
        if (count > MaxText)
            throw new InvalidFileException($"byte {_position}: a text of {count} bytes; names have at most {MaxText}.");
        Take(24 + (2 * (long)count));
        return Encoding.UTF8.GetString(Bytes((int)count));
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

    private static InvalidFileException TooMany() => new($"more than {MaxStack} values at a time; a dictionary of tensors does with fewer.");

    private readonly InvalidFileException Damaged() => new($"byte {_position}: the pickle is cut off or damaged.");
}
