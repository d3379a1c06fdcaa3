using System.Collections.Concurrent;
using System.Text.Json;

namespace KinescopeSandbox.State;

/// <summary>Records of one kind: all in memory, and each in a small JSON file, replaced atomically.</summary>
public sealed class EntityFolder<T> where T : class, IEntity
{
    private readonly string _path;
    private readonly ConcurrentDictionary<Guid, T> _entities = new();
    private readonly Lock _writing = new();

    /// <summary>Reads what an earlier run left. Files that a kill left half-written still have their temporary name and are not read.</summary>
    public EntityFolder(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
        var files = Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories);
        Parallel.ForEach(files, file =>
        {
            var entity = JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), StateFiles.Json)
                ?? throw new InvalidDataException($"'{file}' holds no {typeof(T).Name}.");
            _entities[entity.Id] = entity;
        });
    }

    public IEnumerable<T> All => _entities.Select(pair => pair.Value);

    public T? Find(Guid id) => _entities.GetValueOrDefault(id);

    /// <summary>Adds a record unless its id is taken.</summary>
    public bool TryAdd(T entity)
    {
        lock (_writing)
        {
            if (!_entities.TryAdd(entity.Id, entity))
                return false;
            StateFiles.WriteAtomically(FileOf(entity.Id), entity);
            return true;
        }
    }

    /// <summary>Changes a record; null when there is none with this id.</summary>
    public T? Update(Guid id, Func<T, T> change)
    {
        lock (_writing)
        {
            if (Find(id) is not { } entity)
                return null;
            var changed = change(entity);
            StateFiles.WriteAtomically(FileOf(id), changed);
            return _entities[id] = changed;
        }
    }

    public void Remove(Guid id)
    {
        lock (_writing)
        {
            if (_entities.TryRemove(id, out _))
                File.Delete(FileOf(id));
        }
    }

    /// <summary>Has these records and no others.</summary>
    public void Replace(IEnumerable<T> entities)
    {
        lock (_writing)
        {
            foreach (var entity in All)
                Remove(entity.Id);
            foreach (var entity in entities)
                TryAdd(entity);
        }
    }

    private string FileOf(Guid id)
    {
        var name = id.ToString("D");
        return Path.Combine(_path, name[..2], name + ".json");
    }
}
