namespace SciCoT.Server.Pipelines;

/// <summary>A model that clients can ask.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Created">When its folder was written, in seconds since 1970; of a host's own pipeline, when the server started.</param>
/// <param name="Pipeline">What answers.</param>
internal sealed record ServedModel(string Name, long Created, ISciCoTPipeline Pipeline);
