using System.Runtime.CompilerServices;
using TorchSharp;

namespace SciCoT.Tests.Support;

/// <summary>
/// One libtorch thread for each test thread: test classes run side by side and fill the cores by themselves. Pools of
/// several threads each would spin against one another and make the suite many times slower.
/// </summary>
internal static class OneTorchThread
{
    [ModuleInitializer]
    internal static void Set() => torch.set_num_threads(1);
}
