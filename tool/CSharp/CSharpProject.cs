using Microsoft.CodeAnalysis.CSharp;

namespace MigrateCleanup.CSharp;

/// <summary>A project for one target framework: its name, as people are told it, and its compilation.</summary>
public sealed record CSharpProject(string Name, CSharpCompilation Compilation);
