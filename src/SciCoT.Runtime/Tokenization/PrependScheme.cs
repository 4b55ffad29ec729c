namespace SciCoT.Tokenization;

/// <summary>Which parts of a text get a space in front.</summary>
internal enum PrependScheme
{
    Always,
    First,
    Never,
}
