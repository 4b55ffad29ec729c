using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SciCoT.TileKernels.MachineCode;

/// <summary>The whole-number registers of x86-64 that a function may change under every calling convention, that of the first argument, and the stack's.</summary>
internal enum Register
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rsp = 4,
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
}

/// <summary>A place in memory: <c>base + index · scale + displacement</c>.</summary>
internal readonly record struct Address(Register Base, int Displacement = 0, Register? Index = null, int Scale = 1)
{
    public Address Plus(int bytes) => this with { Displacement = Displacement + bytes };
}

/// <summary>Writes the few x86-64 instructions that kernels are made of: those of AVX-512 on registers of 512 bits, by their numbers from 0 to 31.</summary>
internal sealed class CodeWriter
{
    private const int Vector = 64;
    private const int Element = 4;

    private readonly List<byte> _code = [];

    /// <summary>The code so far. Places are relative, so it may lie anywhere.</summary>
    public ReadOnlySpan<byte> Code => _code.ToArray();

    /// <summary>Where the next instruction will lie.</summary>
    public int Here => _code.Count;

    public void Move(Register to, Register from) => Legacy(0x8B, (int)to, from);

    public void Move(Register to, Address from) => Legacy(0x8B, (int)to, from);

    /// <summary><c>to = address</c>.</summary>
    public void LoadAddress(Register to, Address address) => Legacy(0x8D, (int)to, address);

    public void Set(Register to, uint value)
    {
        Bytes((byte)(0xB8 | (int)to)); // one of the first eight
        Int32((int)value);
    }

    public void Add(Register to, int value)
    {
        Legacy(0x81, 0, to);
        Int32(value);
    }

    public void Add(Register to, Address value) => Legacy(0x03, (int)to, value);

    public void Compare(Register left, Address right) => Legacy(0x3B, (int)left, right);

    public void Compare(Register left, sbyte right)
    {
        Legacy(0x83, 7, left);
        Bytes((byte)right);
    }

    /// <summary>Stores a whole-number register.</summary>
    public void Store(Address to, Register from) => Legacy(0x89, (int)from, to);

    /// <summary>Jumps where the last comparison's left side was below its right.</summary>
    /// <returns>What <see cref="Land"/> is given where the target comes later.</returns>
    public int JumpIfBelow(int target = 0) => Jump(0x82, target);

    /// <summary>Jumps where it was not.</summary>
    public int JumpIfNotBelow(int target = 0) => Jump(0x83, target);

    /// <summary>A jump's target is here.</summary>
    public void Land(int jump) => Patch(jump, Here - jump);

    /// <summary>Asks for a cache line before it is needed.</summary>
    public void Prefetch(Address address)
    {
        if (address.Base >= Register.R8 || address.Index >= Register.R8)
            Rex(isWide: false, 0, address);
        Bytes(0x0F, 0x18);
        Memory(1, address, 1);
    }

    /// <summary><c>to = a XOR b</c>.</summary>
    public void Xor(int to, int a, int b) => Evex(Map.Base, Prefix.Operand, 0xEF, to, a, b);

    public void Xor(int to, int a, Address b) => Evex(Map.Base, Prefix.Operand, 0xEF, to, a, b, Vector);

    /// <summary><c>to = a + b</c>, whole numbers.</summary>
    public void AddInt32(int to, int a, int b) => Evex(Map.Base, Prefix.Operand, 0xFE, to, a, b);

    /// <summary><c>to = a + b</c>, float32 numbers.</summary>
    public void AddFloat32(int to, int a, int b) => Evex(Map.Base, Prefix.None, 0x58, to, a, b);

    public void AddFloat32(int to, int a, Address b) => Evex(Map.Base, Prefix.None, 0x58, to, a, b, Vector);

    /// <summary><c>to = a · b</c>, float32 numbers.</summary>
    public void MultiplyFloat32(int to, int a, int b) => Evex(Map.Base, Prefix.None, 0x59, to, a, b);

    /// <summary>The same with one number in memory for all.</summary>
    public void MultiplyFloat32Repeated(int to, int a, Address b) => Evex(Map.Base, Prefix.None, 0x59, to, a, b, Element, isRepeated: true);

    /// <summary>float32 numbers nearest to int32 ones.</summary>
    public void ConvertInt32(int to, int from) => Evex(Map.Base, Prefix.None, 0x5B, to, 0, from);

    public void Load(int to, Address from) => Evex(Map.Base, Prefix.None, 0x10, to, 0, from, Vector);

    public void Store(Address to, int from) => Evex(Map.Base, Prefix.None, 0x11, from, 0, to, Vector);

    /// <summary>Repeats a number of 32 bits.</summary>
    public void Repeat(int to, Address from) => Evex(Map.Second, Prefix.Operand, 0x58, to, 0, from, Element);

    public void Repeat(int to, Register from) => Evex(Map.Second, Prefix.Operand, 0x7C, to, 0, (int)from);

    /// <summary>VPDPBUSD: adds four products of unsigned numbers with signed ones in memory, the same four for all sums.</summary>
    public void AddProductsOfBytes(int sums, int unsigned, Address signed) => Evex(Map.Second, Prefix.Operand, 0x50, sums, unsigned, signed, Element, isRepeated: true);

    public void AddProductsOfBytes(int sums, int unsigned, int signed) => Evex(Map.Second, Prefix.Operand, 0x50, sums, unsigned, signed);

    /// <summary>VDPBF16PS: adds two products of bfloat16 numbers with those in memory, the same two for all sums.</summary>
    public void AddProductsOfHalves(int sums, int left, Address right) => Evex(Map.Second, Prefix.Repeat, 0x52, sums, left, right, Element, isRepeated: true);

    public void AddProductsOfHalves(int sums, int left, int right) => Evex(Map.Second, Prefix.Repeat, 0x52, sums, left, right);

    /// <summary>Tells the processor that the upper parts of registers are not used any more, and returns.</summary>
    public void Return() => Bytes(0xC5, 0xF8, 0x77, 0xC3);

    private int Jump(byte opcode, int target)
    {
        Bytes(0x0F, opcode);
        Int32(target - Here - sizeof(int));
        return Here;
    }

    private void Legacy(byte opcode, int register, Register operand)
    {
        Bytes((byte)(0x48 | (register >> 3 << 2) | ((int)operand >> 3)), opcode, (byte)(0xC0 | ((register & 7) << 3) | ((int)operand & 7)));
    }

    private void Legacy(byte opcode, int register, Address operand)
    {
        Rex(isWide: true, register, operand);
        _code.Add(opcode);
        Memory(register, operand, 1);
    }

    private void Rex(bool isWide, int register, Address operand) =>
        _code.Add((byte)(0x40 | (isWide ? 8 : 0) | (register >> 3 << 2) | ((int)(operand.Index ?? 0) >> 3 << 1) | ((int)operand.Base >> 3)));

    private void Evex(Map map, Prefix prefix, byte opcode, int to, int second, int third)
    {
        Evex(map, prefix, to, second, ((third >> 4) << 1) | ((third >> 3) & 1), isRepeated: false);
        Bytes(opcode, (byte)(0xC0 | ((to & 7) << 3) | (third & 7)));
    }

    /// <param name="map">The opcode's table.</param>
    /// <param name="prefix">The prefix that chooses in it.</param>
    /// <param name="opcode">The opcode.</param>
    /// <param name="to">The register that is written, or stored.</param>
    /// <param name="second">The register that is read; 0 where there is none.</param>
    /// <param name="third">What is read from memory, or where it is stored.</param>
    /// <param name="unit">What a displacement of one byte counts in.</param>
    /// <param name="isRepeated">Whether one element in memory stands for all.</param>
    private void Evex(Map map, Prefix prefix, byte opcode, int to, int second, Address third, int unit, bool isRepeated = false)
    {
        Evex(map, prefix, to, second, ((int)(third.Index ?? 0) >> 3 << 1) | ((int)third.Base >> 3), isRepeated);
        _code.Add(opcode);
        Memory(to, third, unit);
    }

    /// <summary>The four bytes before the opcode; the registers' upper bits stand in them inverted.</summary>
    private void Evex(Map map, Prefix prefix, int to, int second, int third, bool isRepeated)
    {
        int upper = (((to >> 3) & 1) << 7) | (third << 5) | (to >> 4 << 4);
        Bytes(
            0x62,
            (byte)((upper ^ 0xF0) | (int)map),
            (byte)(((~second & 15) << 3) | 4 | (int)prefix),
            (byte)(0x40 | (isRepeated ? 0x10 : 0) | ((~second >> 4 & 1) << 3)));
    }

    /// <summary>The operands' byte, and what it needs behind it. The stack's register as a base needs a byte for an index, even for none.</summary>
    private void Memory(int register, Address operand, int unit)
    {
        int displacement = operand.Displacement, count = displacement / unit;
        bool isShort = displacement % unit == 0 && count == (sbyte)count;
        int mode = (isShort ? 0x40 : 0x80) | ((register & 7) << 3);
        if (operand.Index is { } index)
            Bytes((byte)(mode | 4), (byte)((BitOperations.Log2((uint)operand.Scale) << 6) | (((int)index & 7) << 3) | ((int)operand.Base & 7)));
        else if (operand.Base == Register.Rsp)
            Bytes((byte)(mode | 4), 0x24);
        else
            _code.Add((byte)(mode | ((int)operand.Base & 7)));
        if (isShort)
            _code.Add((byte)count);
        else
            Int32(displacement);
    }

    private void Bytes(params ReadOnlySpan<byte> bytes) => _code.AddRange(bytes);

    private void Int32(int value)
    {
        Bytes(0, 0, 0, 0);
        Patch(Here, value);
    }

    /// <summary>Writes the four bytes that end somewhere.</summary>
    private void Patch(int end, int value) => BinaryPrimitives.WriteInt32LittleEndian(CollectionsMarshal.AsSpan(_code)[(end - sizeof(int))..], value);

    private enum Map
    {
        Base = 1,
        Second = 2,
    }

    private enum Prefix
    {
        None = 0,
        Operand = 1,
        Repeat = 2,
    }
}
