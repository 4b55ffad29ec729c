using System.Reflection;
using SciCoT.Compute;
using SciCoT.Models;
using TorchSharp;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// No call of the library makes TorchSharp create a number (<see cref="Scalar"/>) for one native call: the garbage collector may
/// free it before that call has read it. See <c>Models/KeptScalar.cs</c> for what to use in place.
/// </summary>
public class NativeNumberTests
{
    private static readonly Assembly TorchSharp = typeof(Scalar).Assembly;

    /// <summary>Members that make numbers only for arguments which the library does not hand them.</summary>
    private static readonly string[] Harmless =
    [
        "CompilationUnit.invoke", // for arguments that are numbers; the library's travel in tensors
    ];

    [Fact]
    public void Library_MakesNoTemporaryNumbers()
    {
        var makers = MakersInTorchSharp();
        var calls =
            from method in Methods(typeof(T5Model).Assembly)
            where method.DeclaringType!.FullName!.Split('+')[0] != typeof(KeptScalar).FullName
            from callee in MethodBody.Calls(method)
            where MakesNumber(callee) ? !IsHeld(callee) : makers.Contains(MethodBody.Definition(callee))
            let name = $"{callee.DeclaringType!.Name}.{callee.Name}"
            where !Harmless.Contains(name)
            select $"{method.DeclaringType!.FullName}.{method.Name} calls {name}({string.Join(", ", callee.GetParameters().Select(parameter => parameter.ParameterType.Name))})";

        var found = calls.Distinct().Order().ToArray();
        Assert.True(found.Length == 0, string.Join("\n", found));
    }

    [Fact]
    public void TorchSharp_StillMakesThem()
    {
        var makers = MakersInTorchSharp();

        Assert.Contains(typeof(torch.Tensor).GetMethod("op_Addition", [typeof(torch.Tensor), typeof(torch.Tensor)])!, makers);
        Assert.DoesNotContain(typeof(torch.Tensor).GetMethod(nameof(torch.Tensor.add), [typeof(torch.Tensor), typeof(Scalar)])!, makers);
        Assert.DoesNotContain(typeof(torch.Tensor).GetMethod("op_Multiply", [typeof(torch.Tensor), typeof(torch.Tensor)])!, makers);
    }

    /// <summary>TorchSharp's methods that make a number, or call one that does.</summary>
    private static HashSet<MethodBase> MakersInTorchSharp()
    {
        var calls = Methods(TorchSharp)
            .Where(method => !MakesNumber(method))
            .ToDictionary(method => method, method => MethodBody.Calls(method).Where(callee => callee.DeclaringType?.Assembly == TorchSharp).ToArray());
        var makers = calls.Where(pair => pair.Value.Any(MakesNumber)).Select(pair => pair.Key).ToHashSet();
        int before;
        do
        {
            before = makers.Count;
            makers.UnionWith(calls.Where(pair => pair.Value.Any(callee => makers.Contains(MethodBody.Definition(callee)))).Select(pair => pair.Key));
        }
        while (makers.Count > before);
        return makers;
    }

    private static bool MakesNumber(MethodBase method) =>
        (method.DeclaringType == typeof(Scalar) && (method.IsConstructor || method.Name == "op_Implicit")) || IsHeld(method);

    /// <summary>Whoever writes <c>ToScalar()</c> keeps what it returns, in a field or by <c>using</c>; an implicit conversion cannot be kept.</summary>
    private static bool IsHeld(MethodBase method) => method.Name == "ToScalar";

    private static IEnumerable<MethodBase> Methods(Assembly assembly)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return assembly.GetTypes().SelectMany(type => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All)));
    }
}
