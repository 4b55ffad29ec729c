using SciCoT.TileKernels.MachineCode;


namespace SciCoT.Tests.TileKernels.MachineCode;

/// <summary>Instructions against the bytes that GNU's assembler writes for them.</summary>
public class CodeWriterTests
{
    [Fact]
    public void WholeNumbers_AreThoseOfTheAssembler()
    {
        Check("4C8BDF", w => w.Move(Register.R11, Register.Rdi));
        Check("498B4318", w => w.Move(Register.Rax, new Address(Register.R11, 24)));
        Check("4C8B5C24F8", w => w.Move(Register.R11, new Address(Register.Rsp, -8)));
        Check("488B442408", w => w.Move(Register.Rax, new Address(Register.Rsp, 8)));
        Check("4C895C24F8", w => w.Store(new Address(Register.Rsp, -8), Register.R11));
        Check("4C8D445200", w => w.LoadAddress(Register.R8, new Address(Register.Rdx, 0, Register.Rdx, 2)));
        Check("B880808080", w => w.Set(Register.Rax, 0x80808080));
        Check("4881C100010000", w => w.Add(Register.Rcx, 256));
        Check("4C034C24E0", w => w.Add(Register.R9, new Address(Register.Rsp, -32)));
        Check("483B4424F0", w => w.Compare(Register.Rax, new Address(Register.Rsp, -16)));
        Check("4883F803", w => w.Compare(Register.Rax, 3));
        Check("0F184840", w => w.Prefetch(new Address(Register.Rax, 64)));
        Check("410F184940", w => w.Prefetch(new Address(Register.R9, 64)));
        Check("C5F877C3", w => w.Return());
    }

    [Fact]
    public void Vectors_AreThoseOfTheAssembler()
    {
        Check("62917540EFD7", w => w.Xor(2, 17, 31));
        Check("62615540EF7001", w => w.Xor(30, 21, new Address(Register.Rax, 64)));
        Check("62A15548EF9C1820000000", w => w.Xor(19, 5, new Address(Register.Rax, 32, Register.R11)));
        Check("62B17D40FEDC", w => w.AddInt32(3, 16, 20));
        Check("62B17C4058DC", w => w.AddFloat32(3, 16, 20));
        Check("62D17C40585902", w => w.AddFloat32(3, 16, new Address(Register.R9, 128)));
        Check("62D1044059D9", w => w.MultiplyFloat32(3, 31, 9));
        Check("62F10450595C91F0", w => w.MultiplyFloat32Repeated(3, 31, new Address(Register.Rcx, -64, Register.Rdx, 4)));
        Check("62617C485BE1", w => w.ConvertInt32(28, 1));
        Check("62617C48108000200000", w => w.Load(24, new Address(Register.Rax, 8192)));
        Check("62417C48114240", w => w.Store(new Address(Register.R10, 4096), 24));
        Check("62A27D48584401F1", w => w.Repeat(16, new Address(Register.Rcx, -60, Register.R8)));
        Check("62D27D4858AA00040000", w => w.Repeat(5, new Address(Register.R10, 1024)));
        Check("62F27D487CE8", w => w.Repeat(5, Register.Rax));
        Check("62F26D5050445101", w => w.AddProductsOfBytes(0, 18, new Address(Register.Rcx, 4, Register.Rdx, 2)));
        Check("62226D4050EC", w => w.AddProductsOfBytes(29, 18, 20));
        Check("62C26E5052441201", w => w.AddProductsOfHalves(16, 18, new Address(Register.R10, 4, Register.Rdx)));
        Check("62E2664052C4", w => w.AddProductsOfHalves(16, 19, 4));
    }

    [Fact]
    public void Jumps_GoBackAndForth()
    {
        var writer = new CodeWriter();
        int again = writer.Here;
        int skip = writer.JumpIfNotBelow();
        writer.JumpIfBelow(again);
        writer.Land(skip);
        writer.Return();
        Assert.Equal("0F83060000000F82F4FFFFFFC5F877C3", Convert.ToHexString(writer.Code));
    }

    private static void Check(string expected, Action<CodeWriter> write)
    {
        var writer = new CodeWriter();
        write(writer);
        Assert.Equal(expected, Convert.ToHexString(writer.Code));
    }
}
