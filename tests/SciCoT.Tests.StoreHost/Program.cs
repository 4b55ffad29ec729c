using SciCoT.Rationales;
using SciCoT.Tests.StoreHost;

// Appends records to a store and says which ones count, so that the test that started it can kill it, fill its disk or keep
// the file to itself, and then look for what was said. Arguments: the store, the first sample index, how many records.
const int Failed = 3;
int next = int.Parse(args[1]) - 1;
int end = next + 1 + int.Parse(args[2]);
try
{
    await using var store = JsonLinesRationaleStore.Open(args[0]);
    await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
    {
        for (int i; (i = Interlocked.Increment(ref next)) < end;)
        {
            await store.AppendAsync(HostRecords.Sample(i));
            lock (Console.Out)
            {
                Console.WriteLine(i);
                Console.Out.Flush();
            }
        }
    }));
    return 0;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return Failed;
}
