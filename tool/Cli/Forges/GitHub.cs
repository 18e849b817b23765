using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Verbs.Batches;
using Octokit;

namespace MigrateCleanup.Cli.Forges;

/// <summary>Pull requests on GitHub, or on a server of its kind.</summary>
public sealed class GitHub
{
    private readonly GitHubClient _client;
    private readonly string _owner;
    private readonly string _name;
    private readonly int _patience;

    /// <summary>The forge takes no requests now: it cannot be reached, does not know the token, or has had enough.</summary>
    public bool HasGivenUp { get; private set; }

    private GitHub(GitHubClient client, string owner, string name, int patience)
    {
        _patience = patience;
        _client = client;
        _owner = owner;
        _name = name;
    }

    /// <exception cref="Stop">There is no token, or the address does not name a repository.</exception>
    public static GitHub Of(string remoteAddress, string? apiAddress, int patience)
    {
        var token = Variable("GITHUB_TOKEN") ?? Variable("GH_TOKEN")
            ?? throw Stop.Usage("--push to GitHub needs a token in the environment variable GITHUB_TOKEN, to open pull requests with");
        var path = remoteAddress.EndsWith(".git", StringComparison.Ordinal) ? remoteAddress[..^4] : remoteAddress;
        if (path.Split('/', ':') is not [.., var host, var owner, var name] || owner.Length == 0 || name.Length == 0)
            throw Stop.Usage($"--push: '{remoteAddress}' names no repository on GitHub");

        if (apiAddress is not null && !Uri.TryCreate(apiAddress, UriKind.Absolute, out _))
            throw Stop.Usage($"--forge-url {apiAddress}: not an address");

        var server = apiAddress is not null ? new Uri(apiAddress)
            : host.EndsWith("github.com", StringComparison.Ordinal) ? GitHubClient.GitHubApiUrl
            : new Uri($"https://{host.Split('@')[^1]}/");
        var client = new GitHubClient(new ProductHeaderValue("migrate-cleanup", CommandLineReader.Version), server)
        {
            Credentials = new Credentials(token),
        };
        client.SetRequestTimeout(TimeSpan.FromSeconds(patience));
        return new GitHub(client, owner, name, patience);
    }

    /// <summary>Asks for a branch to be merged: opens a pull request, or brings the one that is open up to date.</summary>
    public PushResult Request(string branch, string target, string title, string text, Messages messages)
    {
        try
        {
            return new PushResult(true, RequestAsync(branch, target, title, text).GetAwaiter().GetResult());
        }
        catch (Exception e) when (e is ApiException or HttpRequestException or OperationCanceledException)
        {
            // What the forge says of this one request may not hold for the next one; the rest does.
            HasGivenUp = e is not (ApiValidationException or ApiException { StatusCode: >= System.Net.HttpStatusCode.InternalServerError });
            messages.Error($"{branch}: pushed, but there is no pull request: {Reason(e)}{(HasGivenUp ? "; no more branches are pushed" : "")}");
            return new PushResult(false, null);
        }
    }

    private async Task<string> RequestAsync(string branch, string target, string title, string text)
    {
        var body = text[(text.IndexOf('\n') + 1)..].TrimStart();
        var query = new PullRequestRequest { State = ItemStateFilter.Open, Head = $"{_owner}:{branch}" };
        var open = await _client.PullRequest.GetAllForRepository(_owner, _name, query).ConfigureAwait(false);
        if (open.FirstOrDefault(r => r.Head.Ref == branch) is not { } request)
            return (await _client.PullRequest.Create(_owner, _name, new NewPullRequest(title, branch, target) { Body = body }).ConfigureAwait(false)).HtmlUrl;

        if (request.Title != title || request.Body != body)
            await _client.PullRequest.Update(_owner, _name, request.Number, new PullRequestUpdate { Title = title, Body = body }).ConfigureAwait(false);

        return request.HtmlUrl;
    }

    private string Reason(Exception e) => e switch
    {
        AuthorizationException => "the forge does not know the token (401); check GITHUB_TOKEN",
        RateLimitExceededException limit => $"the forge's limit of requests is reached until {limit.Reset:u}; run again then",
        SecondaryRateLimitExceededException or AbuseException => "the forge wants fewer requests; wait a while and run again, or use --open",
        ForbiddenException => "the token may not do that (403); it needs the right to write pull requests",
        ApiValidationException invalid => $"the forge refuses the request (422): {invalid.ApiError?.Errors?.FirstOrDefault()?.Message ?? invalid.Message}",
        ApiException { StatusCode: System.Net.HttpStatusCode.TooManyRequests } => "the forge wants fewer requests (429); wait a while and run again, or use --open",
        NotFoundException => "the forge knows no such repository, or the token may not see it (404)",
        ApiException api => $"the forge answers {(int)api.StatusCode}: {api.Message}",
        OperationCanceledException => $"the forge did not answer within {_patience} seconds (--forge-timeout)",
        _ => $"the forge cannot be reached: {e.Message}",
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
