using System.Text;

namespace SciCoT.Distributed;

/// <summary>Rank 0 writes the files of a run, and the others read them: the folder has to be one and the same for all.</summary>
internal static class SharedFolder
{
    /// <summary>Checks that all ranks see what rank 0 writes.</summary>
    /// <exception cref="ProcessGroupException">A rank does not; the message names it.</exception>
    public static void Check(IProcessGroup group, string directory)
    {
        if (group.Size == 1)
            return;
        var name = Encoding.UTF8.GetString(group.FromLeader(() =>
        {
            var path = Path.Combine(Directory.CreateDirectory(directory).FullName, $".seen-by-all-{Guid.NewGuid():N}");
            File.WriteAllText(path, "");
            return Encoding.UTF8.GetBytes(Path.GetFileName(path));
        }));
        var seen = group.AllGather(Encoding.UTF8.GetBytes($"{(File.Exists(Path.Combine(directory, name)) ? "" : Environment.MachineName)}"));
        if (group.IsLeader())
            File.Delete(Path.Combine(directory, name));
        if (seen.Index().FirstOrDefault(rank => rank.Item.Length > 0) is { Item: { } machine } blind)
            throw new ProcessGroupException(FormattableString.Invariant($"{directory}: rank {blind.Index} on {Encoding.UTF8.GetString(machine)} does not see what rank 0 writes there. Give all ranks the same folder, on a file system that the machines share (NFS, Lustre)."));
    }
}
