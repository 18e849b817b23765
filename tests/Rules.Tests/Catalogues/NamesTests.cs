using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace MigrateCleanup.Rules.Tests.Catalogues;

/// <summary>Every name in a shipped C# catalogue is a member that exists, and every operand one that it has.</summary>
public sealed class NamesTests
{
    private static readonly ImmutableArray<string> Elsewhere =
    [
        // Packages and the desktop frameworks, whose reference assemblies are not at hand here.
        "System.Drawing.", "System.Windows.Forms.", "System.Data.SqlClient.", "Microsoft.Data.", "System.IO.Ports.",
        "System.CodeDom.", "System.IO.Packaging.", "System.ServiceProcess.", "System.Resources.ResourceWriter",
        "Microsoft.Extensions.", "System.Diagnostics.EventLog.", "NUnit.Framework.", "Microsoft.VisualStudio.TestTools.", "Xunit.", "ICSharpCode.SharpZipLib.",
    ];

    private static readonly CSharpCompilation Library = CSharpCompilation.Create("Names", references: Net100.References.All);

    public static TheoryData<string, string> Callees()
    {
        var data = new TheoryData<string, string>();
        foreach (var (name, operands) in Stated().GroupBy(s => s.Callee, s => s.Operand).Select(g => (g.Key, g.Distinct().Order())))
        {
            if (!name.Contains(':') && !Elsewhere.Any(e => name.StartsWith(e, StringComparison.Ordinal)))
                data.Add(name, string.Join(' ', operands));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Callees))]
    public void Exists(string callee, string operands)
    {
        var members = MembersOf(callee[(callee.LastIndexOf(' ') + 1)..]).ToList();
        Assert.True(members.Count > 0, $"there is no {callee}");
        foreach (var operand in operands.Split(' ').Select(int.Parse))
        {
            Assert.Contains(members, m => operand < 0
                ? !m.ReturnsVoid || m.MethodKind == MethodKind.Constructor
                : operand < m.Parameters.Length + (m.IsStatic || m.MethodKind == MethodKind.Constructor ? 0 : 1));
        }
    }

    [Fact]
    public void Names_without_an_operand_exist() => Assert.All(
        Catalog.Catalogues("cs")
            .SelectMany(f => f.ThrowingOnMisuse.Concat(f.AlwaysThrowing).Concat(f.Opening).Concat(f.Parts).Concat(f.TellingFailure).Concat(f.GivingBack.Select(g => g.Callee)))
            .Where(name => !Elsewhere.Any(e => name.StartsWith(e, StringComparison.Ordinal))),
        name => Assert.True(MembersOf(name).Any(), $"there is no {name}"));

    [Fact]
    public void Native_names_are_entry_points() => Assert.All(
        Stated().Select(s => s.Callee).Where(c => c.StartsWith("native:", StringComparison.Ordinal)),
        c => Assert.Matches("^native:[A-Za-z_][A-Za-z0-9_]*$", c));

    [Fact]
    public void What_is_known_from_bodies_is_like_a_member_of_the_library() => Assert.All(
        Stated().Select(s => s.Callee).Where(c => c.StartsWith("like:", StringComparison.Ordinal)),
        c => Assert.NotEmpty(MembersOf(c["like:".Length..])));

    [Fact]
    public void No_name_is_stated_twice_for_one_resource()
    {
        var twice = from facts in Catalog.Catalogues("cs")
                    from resource in facts.Resources
                    from call in resource.Acquirers.GroupBy(a => (a.Callee, a.Subject, a.ArgumentCount))
                    where call.Count() > 1
                    select $"{resource.Name}: {call.Key.Callee}";
        Assert.Empty(twice);
    }

    [Fact]
    public void Each_resource_can_be_released_and_scoped() => Assert.All(
        Catalog.CatalogueFor("cs").Resources,
        r => Assert.True(r.Releasers.Length > 0 && r.Scoped["bcl"] is "using" or "try-finally" or "lock", r.Name));

    [Fact]
    public void A_mistake_in_a_shipped_file_would_be_seen()
    {
        var (_, problems) = CatalogueFile.Read("x", Catalog.TextOf("catalogues/bcl.json")!.Replace("\"kind\"", "\"kin\"", StringComparison.Ordinal));
        Assert.IsType<TextProblem>(problems[0]);
    }

    private static IEnumerable<(string Callee, int Operand)> Stated() =>
        Catalog.Catalogues("cs").SelectMany(f => f.Resources.SelectMany(r =>
                r.Acquirers.SelectMany(a => a.Consumes.Append(a.Subject.Index).Append(a.LeavesOpen ?? a.Subject.Index).Select(i => (a.Callee, i)))
                    .Concat(r.Releasers.Select(x => (x.Callee, x.Subject.Index))))
            .Concat(f.Consumers.Concat(f.Borrowers).Select(c => (c.Callee, c.Subject.Index)))
            .Concat(f.Harmless.Select(h => (h, 0)).Where(h => !IsParameterless(h.h)))
            .Concat(f.Harmless.Where(IsParameterless).Select(h => (h, -1))));

    private static bool IsParameterless(string callee) =>
        MembersOf(callee).Any(m => m is { IsStatic: true, Parameters.Length: 0 } or { MethodKind: MethodKind.Constructor, Parameters.Length: 0 });

    private static IEnumerable<IMethodSymbol> MembersOf(string callee)
    {
        var isConstructor = callee.EndsWith("..ctor", StringComparison.Ordinal);
        var dot = isConstructor ? callee.Length - "..ctor".Length : callee.LastIndexOf('.');
        var types = TypesNamed(callee[..dot]);
        if (isConstructor)
        {
            // Of an interface or a base type, what implements it is meant.
            return types.SelectMany(t => t.InstanceConstructors.DefaultIfEmpty(Library.ObjectType.InstanceConstructors[0]));
        }

        return types.SelectMany(t => t.GetMembers(callee[(dot + 1)..])).OfType<IMethodSymbol>();
    }

    private static IEnumerable<INamedTypeSymbol> TypesNamed(string name)
    {
        for (var arity = 0; arity < 3; arity++)
        {
            if (Library.GetTypeByMetadataName(arity == 0 ? name : $"{name}`{arity}") is { } type)
                yield return type;
        }

        var dot = name.LastIndexOf('.');
        if (dot > 0)
        {
            foreach (var nested in TypesNamed(name[..dot]).SelectMany(t => t.GetTypeMembers(name[(dot + 1)..])))
                yield return nested;
        }
    }
}
