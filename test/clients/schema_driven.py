"""A client that knows nothing but the schemas, as Rancher's own Python client: its methods come from what the server says of itself.

Started with the server's address, its CA file, the project's id, and the password of admin on standard input. Prints what it saw, as JSON.
"""
import json
import re
import sys
import time

import requests

url, ca_file, project_id, cluster_id = sys.argv[1:]
password = sys.stdin.read().strip()


class Refused(Exception):
    def __init__(self, body):
        super().__init__(body["message"])
        self.status, self.code = body["status"], body["code"]


class Client:
    def __init__(self, at, token):
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = ca_file
        self.session.headers.update({"Accept": "application/json", "Authorization": "Bearer " + token})
        start = self.session.get(at)
        schemas = self.send("GET", start.headers["X-API-Schemas"])
        self.types = {schema["id"]: schema for schema in schemas["data"] if schema["type"] == "schema"}
        for name, schema in self.types.items():
            self.bind(re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower(), schema)

    def bind(self, name, schema):
        collection = schema.get("links", {}).get("collection")
        of_all, of_one = schema.get("collectionMethods") or [], schema.get("resourceMethods") or []
        if "GET" in of_all:
            setattr(self, "list_" + name, lambda **filters: self.send("GET", collection, params=filters))
            setattr(self, "by_id_" + name, lambda id: self.by_id(collection, id))
        if "POST" in of_all:
            setattr(self, "create_" + name, lambda **fields: self.send("POST", collection, fields))
        if "PUT" in of_one:
            setattr(self, "update_by_id_" + name, lambda id, **fields: self.send("PUT", collection + "/" + id, fields))

    # bodies go without a content type
    def send(self, method, to, body=None, params=None):
        data = None if body is None else json.dumps(body)
        answer = self.session.request(method, to, data=data, params=params)
        document = answer.json() if answer.text else None
        if not answer.ok:
            raise Refused(document)
        return document

    def by_id(self, collection, id):
        try:
            return self.send("GET", collection + "/" + id)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def reload(self, resource):
        return self.by_id(self.types[resource["type"]]["links"]["collection"], resource["id"])

    def update(self, resource, **fields):
        return self.send("PUT", resource["links"]["self"], fields)

    def action(self, resource, name, **fields):
        return self.send("POST", resource["actions"][name], fields)

    def delete(self, resource):
        return self.send("DELETE", resource["links"]["self"])

    def wait_success(self, resource, seconds=30):
        end = time.time() + seconds
        while resource["transitioning"] == "yes":
            if time.time() > end:
                raise TimeoutError(resource["transitioningMessage"])
            time.sleep(0.1)
            resource = self.reload(resource)
        if resource["transitioning"] != "no":
            raise RuntimeError(resource["transitioningMessage"])
        return resource


def wait_for(seen):
    end = time.time() + 30
    while not seen():
        if time.time() > end:
            raise TimeoutError()
        time.sleep(0.1)


credentials = {"username": "admin", "password": password, "responseType": "json"}
login = requests.Session()
login.trust_env = False
answer = login.post(url + "/v3-public/localProviders/local?action=login", json=credentials, verify=ca_file)
saw = {"login": answer.status_code}
token = answer.json()["token"]

management = Client(url + "/v3", token)
project = Client(management.by_id_project(project_id)["links"]["self"] + "/schemas", token)
cluster = Client(management.by_id_cluster(cluster_id)["links"]["self"] + "/schemas", token)

saw["nobody"] = management.by_id_project(cluster_id + ":p-nobody")
saw["pools"] = management.list_node_pool()["data"]
namespace = cluster.wait_success(cluster.create_namespace(name="py", projectId=project_id))
saw["namespace"] = [namespace["id"], namespace["state"]]

container = {"name": "one", "image": "nginx:1", "environment": {"B": "2", "A": "1"}}
workload = project.create_workload(name="web", namespaceId="py", scale=1, containers=[container])
workload = project.wait_success(workload)
saw["created"] = [workload["id"], workload["state"], workload["containers"][0]["image"]]

containers = workload["containers"]
containers[0]["image"] = "nginx:2"
workload = project.wait_success(project.update(workload, containers=containers))
saw["updated"] = [workload["containers"][0]["image"], workload["containers"][0]["environment"]]
workload = project.update(workload, scale=2)
wait_for(lambda: project.reload(workload)["deploymentStatus"].get("readyReplicas") == 2)
saw["scaled"] = project.wait_success(project.reload(workload))["scale"]

project.action(workload, "pause")
workload = project.reload(workload)
saw["paused"] = workload["paused"]
project.action(workload, "resume")
# until the controller has seen it, the state is that of the pause
wait_for(lambda: project.reload(workload)["state"] == "active")
project.action(workload, "redeploy")
revisions_now = lambda: project.send("GET", workload["links"]["revisions"])["data"]
wait_for(lambda: len(revisions_now()) == 3)
workload, revisions = project.wait_success(project.reload(workload)), revisions_now()
first = next(one for one in revisions if one["workloadAnnotations"]["deployment.kubernetes.io/revision"] == "1")
project.action(workload, "rollback", replicaSetId=first["id"])
workload = project.reload(workload)
saw["rolled back"] = [len(revisions), workload["containers"][0]["image"]]
saw["pods"] = sorted({pod["workloadId"] for pod in project.list_pod(workloadId=workload["id"])["data"]})
saw["filtered"] = [one["id"] for one in project.list_workload(namespaceId="py", name_ne="nobody")["data"]]

page = management.list_setting(limit=2)
following = management.send("GET", page["pagination"]["next"])
saw["pages"] = [len(page["data"]), page["data"][0]["id"] < following["data"][0]["id"]]

try:
    project.create_workload(name="UPPER", namespaceId="py", containers=[container])
except Refused as refused:
    saw["refused"] = [refused.status, refused.code]

key = management.create_token(description="python", ttl=60000)
management.delete(management.by_id_token(key["id"]))
saw["revoked"] = management.by_id_token(key["id"])
saw["kubeconfig"] = "kind: Config" in management.action(management.by_id_cluster(cluster_id), "generateKubeconfig")["config"]

project.delete(workload)
wait_for(lambda: project.reload(workload) is None)
cluster.delete(namespace)
saw["deleted"] = True
print(json.dumps(saw))
