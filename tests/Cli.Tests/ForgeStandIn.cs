using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MigrateCleanup.Cli.Tests;

/// <summary>A server on this machine that answers as GitHub's API does for pull requests, or fails as it is told.</summary>
public sealed class ForgeStandIn : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<JsonObject> _requests = [];

    public ForgeStandIn()
    {
        using (var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            Address = $"http://localhost:{((IPEndPoint)socket.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Task.Run(Serve);
    }

    public string Address { get; }

    /// <summary>Answers everything with this.</summary>
    public int? Failure { get; set; }

    /// <summary>Takes what it is asked, and never answers.</summary>
    public bool IsSilent { get; init; }

    /// <summary>The pull requests that are open, as the forge holds them.</summary>
    public IReadOnlyList<JsonObject> Open => _requests;

    public string? Token { get; private set; }

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        try
        {
            while (true)
                Answer(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        if (IsSilent)
            return;

        Token = context.Request.Headers["Authorization"];
        using var reader = new StreamReader(context.Request.InputStream);
        var body = reader.ReadToEnd();
        var (status, answer) = Failure is { } failure
            ? (failure, "{\"message\":\"no\",\"errors\":[{\"message\":\"a pull request exists\"}]}")
            : Handle(context.Request, body);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(answer));
        context.Response.Close();
    }

    private (int, string) Handle(HttpListenerRequest request, string body)
    {
        if (!request.Url!.AbsolutePath.Contains("/pulls", StringComparison.Ordinal))
            return (404, "{\"message\":\"Not Found\"}");

        if (request.HttpMethod == "GET")
        {
            var head = request.QueryString["head"]!.Split(':')[1];
            return (200, JsonSerializer.Serialize(_requests.Where(r => r["head"]!["ref"]!.GetValue<string>() == head)));
        }

        var given = JsonNode.Parse(body)!.AsObject();
        if (request.HttpMethod == "POST")
        {
            var number = _requests.Count + 1;
            var made = new JsonObject
            {
                ["number"] = number,
                ["html_url"] = $"{Address}pull/{number}",
                ["state"] = "open",
                ["title"] = given["title"]!.DeepClone(),
                ["body"] = given["body"]!.DeepClone(),
                ["head"] = new JsonObject { ["ref"] = given["head"]!.DeepClone() },
                ["base"] = new JsonObject { ["ref"] = given["base"]!.DeepClone() },
            };
            _requests.Add(made);
            return (201, made.ToJsonString());
        }

        var changed = _requests[int.Parse(request.Url.Segments[^1], System.Globalization.CultureInfo.InvariantCulture) - 1];
        changed["body"] = given["body"]?.DeepClone();
        return (200, changed.ToJsonString());
    }
}
