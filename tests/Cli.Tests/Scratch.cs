using System.Diagnostics;
using System.Text;

namespace MigrateCleanup.Cli.Tests;

/// <summary>A directory of its own for one test, gone at its end.</summary>
public sealed class Scratch : IDisposable
{
    private static readonly EnumerationOptions WithoutLinks =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    public Scratch()
    {
        Root = Directory.CreateTempSubdirectory("migrate cleanup ü ").FullName;
    }

    public string Root { get; }

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public byte[] Bytes(string name) => File.ReadAllBytes(this[name]);

    /// <summary>The text, with a byte-order mark where there is one.</summary>
    public string Text(string name, bool exact = false) => exact ? Encoding.UTF8.GetString(Bytes(name)) : File.ReadAllText(this[name]);

    /// <summary>Runs git here, and fails the test when git does.</summary>
    public string Git(params string[] arguments)
    {
        var result = Processes.Run("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", .. arguments], Root);
        Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.Error}");
        return result.Output;
    }

    /// <summary>Makes the directory a repository whose only commit holds everything.</summary>
    public Scratch Committed()
    {
        Git("init", "-q");
        Git("add", "-A");
        Git("commit", "-q", "-m", "all");
        return this;
    }

    public void Dispose()
    {
        foreach (var directory in new DirectoryInfo(Root).EnumerateDirectories("*", WithoutLinks))
        {
            if (!OperatingSystem.IsWindows())
                directory.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        Directory.Delete(Root, recursive: true);
    }
}

/// <summary>What a process said, and how it ended.</summary>
public sealed record ProcessResult(int ExitCode, byte[] Bytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(Bytes);

    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The line that scripts read.</summary>
    public string Summary => ErrorLines.LastOrDefault() ?? "";
}

public static class Processes
{
    public static ProcessStartInfo Start(string file, IEnumerable<string> arguments, string directory, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // The test host leaks its own build's settings into children, which then load the wrong build engine.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);

        foreach (var name in new[] { "DOTNET_HOST_PATH", "NO_COLOR", "VSTEST_CONNECTION_TIMEOUT" })
            start.Environment.Remove(name);

        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        return start;
    }

    public static ProcessResult Run(
        string file, IEnumerable<string> arguments, string directory, byte[]? input = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        using var process = Process.Start(Start(file, arguments, directory, environment))!;
        var error = process.StandardError.ReadToEndAsync();
        var feeding = Task.Run(() =>
        {
            try
            {
                process.StandardInput.BaseStream.Write(input ?? []);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The process ended before it had read everything.
            }
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        feeding.Wait();
        return new ProcessResult(process.ExitCode, output.ToArray(), error.Result);
    }
}
