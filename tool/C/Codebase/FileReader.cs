using System.Collections.Immutable;
using MigrateCleanup.C.Flow;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Codebase;

/// <summary>Reads the functions of one file to graphs.</summary>
internal sealed class FileReader(SourceFileTree tree, ICodeKnowledge knowledge, Catalogue catalogue)
{
    /// <summary>Reads the accepted functions in every view.</summary>
    /// <param name="accepts">Which functions are worth it, by name and definition.</param>
    public FileReading Read(Func<string, FunctionNode, bool> accepts)
    {
        var functions = ImmutableArray.CreateBuilder<FunctionReading>();
        var unparsed = ImmutableArray.CreateBuilder<Unparsed>();
        unparsed.AddRange(tree.Errors.Select(e => new Unparsed(tree.Path, e.Span, e.Reason)));
        var comments = SuppressionComments.In(tree);
        foreach (var (name, function) in Named(tree.Functions))
        {
            if (!accepts(name, function))
                continue;

            if (function.Body.Error is { } error)
            {
                unparsed.Add(new Unparsed(tree.Path, error.Span, $"{name}: {error.Reason}"));
                continue;
            }

            try
            {
                var views = DeepStack.Run(() => Views(name, function));
                functions.Add(new FunctionReading(name, views) { Suppressions = comments.On(function) });
            }
            catch (NotExpressibleException exception)
            {
                unparsed.Add(new Unparsed(tree.Path, exception.Syntax.Span, $"{name}: {exception.Message}"));
            }
        }

        return new FileReading(functions.ToImmutable(), [.. unparsed.OrderBy(u => u.Span)])
        {
            Idle = comments.NotOn(functions.SelectMany(f => f.Suppressions)),
        };
    }

    /// <summary>Functions with names of their own: one defined again under another branch of an <c>#if</c> gets a number.</summary>
    public static IEnumerable<(string Name, FunctionNode Function)> Named(IEnumerable<FunctionNode> functions)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var function in functions)
        {
            var count = seen[function.Name] = seen.GetValueOrDefault(function.Name) + 1;
            yield return (count == 1 ? function.Name : $"{function.Name}#{count}", function);
        }
    }

    private ImmutableArray<Function> Views(string name, FunctionNode function) =>
        [.. function.Body.Views.Select(v => Lowering.Lower(tree.Path, name, function, v.Body, knowledge, catalogue))];
}
