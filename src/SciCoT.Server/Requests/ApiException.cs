namespace SciCoT.Server.Requests;

/// <summary>A request is refused.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error => error;
}
