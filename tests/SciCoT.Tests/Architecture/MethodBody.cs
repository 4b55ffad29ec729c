using System.Reflection;
using System.Reflection.Emit;

namespace SciCoT.Tests.Architecture;

/// <summary>Reads which methods a method calls out of its compiled code (ECMA-335, partition III).</summary>
internal static class MethodBody
{
    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            yield break;

        int at = 0;
        while (at < code.Length)
        {
            short value = code[at++];
            if (value == 0xfe)
                value = (short)(0xfe00 | code[at++]);
            var kind = OpCodes[value].OperandType;
            if (kind == OperandType.InlineMethod && Resolve(method, BitConverter.ToInt32(code, at)) is { } callee)
                yield return callee;
            at += Length(kind, code, at);
        }
    }

    /// <summary>The method as it is declared, without the arguments of its type or of itself.</summary>
    public static MethodBase Definition(MethodBase method) =>
        method.DeclaringType is { IsGenericType: true } || method.IsGenericMethod ? method.Module.ResolveMethod(method.MetadataToken)! : method;

    private static MethodBase? Resolve(MethodBase caller, int token) =>
        caller.Module.ResolveMethod(
            token,
            caller.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
            caller is { IsGenericMethod: true } ? caller.GetGenericArguments() : null);

    private static int Length(OperandType kind, byte[] code, int at) => kind switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
