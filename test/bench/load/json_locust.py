import os

from locust import FastHttpUser, HttpUser, task


class Reader(FastHttpUser if os.environ.get("LOCUST_CLIENT") == "fast" else HttpUser):
    @task
    def read(self):
        if self.client.get("/item").json()["id"] != 123:
            raise ValueError("wrong item")
