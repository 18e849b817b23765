namespace MigrateCleanup.CSharp.Spelling;

using Engine.Text;
using Span = Microsoft.CodeAnalysis.Text.TextSpan;

/// <summary>One range of a text, as the compiler and as the engine call it.</summary>
internal static class Spans
{
    public static TextSpan ToEngine(this Span span) => new(span.Start, span.Length);

    public static Span ToCompiler(this TextSpan span) => new(span.Start, span.Length);
}
