namespace KinescopeSandbox.Server;

/// <summary>An entry of `error.invalid_params`.</summary>
/// <param name="Index">Its place among them.</param>
public sealed record InvalidParam(string Name, string Reason, string Message, int Index = 0);

/// <summary>Ends a request with Kinescope's error envelope.</summary>
/// <remarks>Codes marked "invented" follow the documented rule "first three digits are the HTTP status"; the platform publishes none for these cases.</remarks>
public sealed class ApiError(int status, int code, string message, string? detail = null, IReadOnlyList<InvalidParam>? invalidParams = null)
    : Exception(message)
{
    public int Status => status;
    public int Code => code;

    /// <summary>Whether it names parameters; its status and code are then an open question.</summary>
    public bool IsValidation => invalidParams is not null;

    public object Envelope
    {
        get
        {
            var error = new Dictionary<string, object> { ["code"] = code, ["message"] = Message };
            if (detail is not null)
                error["detail"] = detail;
            if (invalidParams is not null)
                error["invalid_params"] = invalidParams.Select((param, index) => param with { Index = index });
            if (status == StatusCodes.Status500InternalServerError)
                (error["path"], error["timestamp"]) = ("", DateTimeOffset.UtcNow);
            return new { error };
        }
    }

    /// <summary>The same refusal under another status and code.</summary>
    public ApiError As(int otherStatus, int otherCode) => new(otherStatus, otherCode, Message, detail, invalidParams);

    public static ApiError NoBody() => new(400, 1, "io error", "the request has no body");
    public static ApiError TokenMissing() => new(400, 100101, "authorization header not found");
    public static ApiError TokenUnknown() => new(401, 100102, "unauthorized");
    public static ApiError AccessDenied(string permission) => new(403, 100103, "access denied", $"the token lacks '{permission}'");
    public static ApiError JsonSyntax() => new(400, 400101, "json syntax error");
    public static ApiError JsonType(string name) => new(400, 400102, "json type error", $"json: cannot unmarshal into Go struct field .{name}");
    public static ApiError NameTaken() => new(400, 400203, "name is already taken");
    public static ApiError OrderField(string name) => new(400, 400216, "not allowed order field", name);
    public static ApiError InvalidUuid(string value) => new(400, 400301, "invalid uuid format", value);
    public static ApiError Unexpected(string detail) => new(400, 400400, "unexpected value", detail);
    public static ApiError AlreadyExists() => new(400, 400419, "already exists");
    public static ApiError NoSuchEntity(string what) => new(404, 404404, "no such entity", what);

    public static ApiError Validation(params IReadOnlyList<InvalidParam> invalid) =>
        new(400, 400400, "your request parameters didn't validate", invalidParams: invalid);

    /// <summary>429; the code is invented.</summary>
    public static ApiError TooManyRequests() => new(429, 429429, "too many requests");

    public static ApiError MethodNotAllowed() => new(405, 400405, "method not allowed");

    /// <summary>500.</summary>
    public static ApiError Internal(string detail) => new(500, 500500, "internal server error", detail);

    /// <summary>A refusal of the upload node (tus names the statuses; the codes are invented).</summary>
    public static ApiError Tus(int status, string message) => new(status, status * 1000 + status, message);
}
